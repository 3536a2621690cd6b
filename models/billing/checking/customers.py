"""The customer: terms, credit, address, and how to pay."""

from odoo.tools.translate import _lt

from ...shared.findings import WARNING
from .check import Check, InvoiceCheck


class TermMissing(InvoiceCheck):
    code = "term_missing"
    severity = WARNING
    text = _lt(
        "Neither the order nor the customer %(value)s has a payment term, so the"
        " invoice is due at once. Resolution: set a payment term."
    )

    def applies(self, move, facts):
        is_due = move.invoice_date_due and move.invoice_date_due > facts.get_day(move)
        return (
            super().applies(move, facts)
            and move.partner_id
            and not is_due
            and not facts.is_of_shop(move)  # who buys there pays there
        )

    def find(self, move, facts):
        partner = move.commercial_partner_id
        has_term = (
            move.invoice_payment_term_id
            or facts.get_orders(move).payment_term_id
            or move.partner_id.property_payment_term_id
            or partner.property_payment_term_id
        )
        if not has_term:
            yield {"value": partner.display_name or "", "record": partner}


class DueInPast(InvoiceCheck):
    code = "due_in_past"
    severity = WARNING
    text = _lt(
        "The due date %(day)s is over before the invoice is posted. Resolution: set"
        " another date or payment term."
    )

    def find(self, move, facts):
        due = move.invoice_date_due
        # Without a date it gets today's, and its payment term counts from there
        if (
            due
            and due < facts.today
            and (move.invoice_date or not self._has_term(move))
        ):
            yield {"value": str(due), "day": facts.format_day(due)}

    @staticmethod
    def _has_term(move):
        return bool(move.invoice_payment_term_id)


class CreditLimit(InvoiceCheck):
    code = "credit_limit"
    severity = WARNING
    text = _lt("%(words)s Resolution: decide whether the customer gets credit.")

    def find(self, move, facts):
        if words := move.partner_credit_warning:
            partner = move.commercial_partner_id
            words = " ".join(words.split())
            yield {
                "value": partner.display_name or "",
                "record": partner,
                "words": words if words.endswith(".") else f"{words}.",
            }


class BadDebtor(InvoiceCheck):
    code = "bad_debtor"
    severity = WARNING
    text = _lt(
        "%(value)s is marked as a bad debtor. Resolution: decide whether the customer"
        " gets credit."
    )

    def find(self, move, facts):
        partner = move.commercial_partner_id
        if partner.trust == "bad":
            yield {"value": partner.display_name or "", "record": partner}


class AddressIncomplete(Check):
    code = "address_incomplete"
    severity = WARNING
    text = _lt(
        "The address of %(partner)s is not complete, as an invoice has to have it:"
        " %(missing)s. Resolution: enter it at the customer."
    )

    def applies(self, move, facts):
        return bool(move.partner_id)

    def find(self, move, facts):
        partner = move.partner_id
        needed = ["street", "city", "country_id"]
        if partner.country_id.zip_required:
            needed.insert(1, "zip")
        missing = [name for name in needed if not partner[name]]
        if missing:
            names = [
                partner._fields[name]._description_string(facts.env) for name in missing
            ]
            yield {
                "value": ", ".join(missing),
                "record": partner,
                "partner": partner.display_name or "",
                "missing": ", ".join(names),
            }


class BankAccountMissing(InvoiceCheck):
    code = "bank_account_missing"
    severity = WARNING
    text = _lt(
        "The invoice names no bank account of %(value)s, so the customer cannot pay by"
        " transfer. Resolution: choose one on the invoice, and add it to the company."
    )

    def applies(self, move, facts):
        # What a shop sells is paid there
        return super().applies(move, facts) and not facts.is_of_shop(move)

    def find(self, move, facts):
        if not move.partner_bank_id and move.amount_total > 0:
            yield {"value": facts.company.name, "record": facts.company}
