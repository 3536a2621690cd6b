"""Periods in which nothing may be booked any more."""

from odoo import _


def why_locked(company, move):
    """Return why an invoice may not be posted with its date, "" if it may."""
    date = move.invoice_date
    if not is_locked(company, date, has_tax=bool(move.line_ids.tax_ids)):
        return ""
    return _(
        "%(invoice)s stays a draft: its date %(date)s lies in a locked period."
        " Resolution: post it with another date, or move the lock date.",
        invoice=move.display_name,
        date=date,
    )


def is_locked(company, date, has_tax=False):
    """Say whether a date lies in a period that is closed for anybody."""
    if company._get_violated_lock_dates(date, has_tax):
        return True
    return bool(company.period_lock_date and date <= company.period_lock_date)
