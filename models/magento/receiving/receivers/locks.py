"""Periods in which nothing may be booked any more."""

from odoo import _

from .....compat import is_locked


def why_locked(company, move):
    """Return why an invoice may not be posted with its date, "" if it may."""
    date = move.invoice_date
    has_tax = bool(move.line_ids.tax_ids)
    if not is_locked(company, date, has_tax, move.journal_id):
        return ""
    return _(
        "%(invoice)s stays a draft: its date %(date)s lies in a locked period."
        " Resolution: post it with another date, or move the lock date.",
        invoice=move.display_name,
        date=date,
    )
