"""The invoice itself: whether it is there already, its totals, accounts and day."""

from odoo.tools.translate import _lt

from ....compat import is_archived, is_locked
from ...shared.findings import ERROR, WARNING
from .check import Check, InvoiceCheck, LineCheck
from .numbers import to_text


class DuplicateInvoice(InvoiceCheck):
    code = "duplicate_invoice"
    severity = ERROR
    text = _lt(
        "%(value)s has the same customer and total, about the same date, and the same"
        " reference. Resolution: open it; delete this one if it bills the same."
    )
    reasons = {
        "lines": (
            ERROR,
            _lt(
                "%(value)s has the same customer and total, about the same date, and"
                " bills the same order lines, of which more is billed than ordered or"
                " delivered. Resolution: open it; delete this one if it bills the same."
            ),
        )
    }

    def find(self, move, facts):
        for other, lines in facts.find_duplicates(move):
            # Deliveries of the same quantity have equal invoices, each rightly
            # and a down payment is what the last one deducts
            if not lines or all(
                not line.is_downpayment and self._is_over(facts.quantities[line])
                for line in lines
            ):
                yield {
                    "value": other.display_name,
                    "record": other,
                    "reason": "lines" if lines else "",
                }

    def _is_over(self, quantity):
        net = quantity.invoiced - quantity.credited
        return net > max(quantity.ordered, quantity.delivered)


class TotalZero(Check):
    code = "total_zero"
    severity = WARNING
    text = _lt(
        "The total is 0. Resolution: look whether the prices are right, or delete the"
        " invoice."
    )

    def find(self, move, facts):
        if move.currency_id and move.currency_id.is_zero(move.amount_total):
            yield {}


class TotalNegative(Check):
    code = "total_negative"
    severity = ERROR
    text = _lt(
        "The total %(value)s is below 0, and Odoo does not post it. Resolution: make it"
        " a credit note, with the action of the same name."
    )

    def find(self, move, facts):
        if move.currency_id.compare_amounts(move.amount_total, 0.0) < 0:
            yield {"value": to_text(move.amount_total)}


class AccountMissing(LineCheck):
    code = "account_missing"
    severity = ERROR
    text = _lt(
        "%(line)s has no account. Resolution: choose one on the line, and at the"
        " product or its category for the next time."
    )

    def find_in(self, line, move, facts):
        if not line.account_id:
            yield {"value": facts.get_name(line)}


class AccountArchived(LineCheck):
    code = "account_archived"
    severity = ERROR
    text = _lt(
        "The account %(value)s of %(line)s is no longer to be used. Resolution: choose"
        " another one on the line, and at the product or its category for the next"
        " time."
    )

    def find_in(self, line, move, facts):
        if line.account_id and is_archived(line.account_id):
            yield {"value": line.account_id.code or line.account_id.name}


class PeriodLocked(Check):
    code = "period_locked"
    severity = WARNING
    text = _lt(
        "%(day)s is in a period that is closed, so the invoice is booked later."
        " Resolution: none is needed if that is right; else have the period opened."
    )

    def find(self, move, facts):
        day = move.invoice_date and move.date or facts.today
        has_tax = bool(facts.get_lines(move).tax_ids)
        if is_locked(facts.company, day, has_tax, move.journal_id):
            yield {"value": str(day), "day": facts.format_day(day)}


class JournalWrong(InvoiceCheck):
    code = "journal_wrong"
    severity = ERROR
    text = _lt(
        "The journal is %(journal)s; automation bills in %(expected)s. Resolution:"
        " change the journal of the invoice, or of the policy."
    )

    def find(self, move, facts):
        expected = facts.get_journal(move)
        if expected and move.journal_id != expected:
            yield {
                "value": f"{move.journal_id.code} ≠ {expected.code}",
                "journal": move.journal_id.name,
                "expected": expected.name,
            }
