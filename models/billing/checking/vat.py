"""The customer's VAT number, as it is written, and what VIES said of it."""

from odoo.tools.translate import _lt

from ....tools.billing.vat import clean, get_country
from ...shared.findings import ERROR, INFO, WARNING
from .check import Check


def _get_reason(move):
    """Return the reason of what is worse where the customer owes the tax himself."""
    return "reverse_charge" if move.fiscal_position_id.vat_required else ""


class VatMissing(Check):
    code = "vat_missing"
    severity = ERROR
    text = _lt(
        "The fiscal position %(position)s needs a VAT number, and %(value)s has none."
        " Resolution: enter it at the customer, or change the fiscal position."
    )

    def applies(self, move, facts):
        return move.partner_id and move.fiscal_position_id.vat_required

    def find(self, move, facts):
        partner = move.commercial_partner_id
        if not clean(partner.vat):
            yield {
                "value": partner.display_name or "",
                "record": partner,
                "position": move.fiscal_position_id.name,
            }


class _NumberCheck(Check):
    """A check of a number that is there."""

    def applies(self, move, facts):
        return bool(clean(move.commercial_partner_id.vat))


class VatFormat(_NumberCheck):
    code = "vat_format"
    severity = WARNING
    text = _lt(
        "The VAT number %(value)s cannot be right: its form or its check digits are"
        " wrong. Resolution: correct it at the customer %(partner)s."
    )
    reasons = {"reverse_charge": (ERROR, text)}

    def find(self, move, facts):
        partner = move.commercial_partner_id
        if not move._billing_is_vat_valid(partner):
            yield {
                "value": partner.vat,
                "record": partner,
                "partner": partner.display_name,
                "reason": _get_reason(move),
            }


class VatCountry(_NumberCheck):
    code = "vat_country"
    severity = WARNING
    text = _lt(
        "The VAT number %(value)s is one of another country than the customer's,"
        " %(country)s. Resolution: correct the number or the country of %(partner)s, or"
        " leave it if the customer has such a number."
    )

    def find(self, move, facts):
        partner = move.commercial_partner_id
        country, own = get_country(partner.vat), partner.country_id
        if country and own and country != own.code:
            yield {
                "value": partner.vat,
                "record": partner,
                "partner": partner.display_name,
                "country": own.name,
            }


class _ViesCheck(_NumberCheck):
    """A check of what VIES said, if the company has it asked."""

    def applies(self, move, facts):
        return facts.company.billing_check_vies and bool(facts.get_vies_number(move))


class VatViesInvalid(_ViesCheck):
    code = "vat_vies_invalid"
    severity = WARNING
    text = _lt(
        "VIES does not know the VAT number %(value)s, asked on %(day)s. Resolution: ask"
        " the customer %(partner)s for the right one."
    )
    reasons = {"reverse_charge": (ERROR, text)}

    def find(self, move, facts):
        check = facts.get_vat_check(move)
        if check.result == "invalid":
            partner = move.commercial_partner_id
            yield {
                "value": check.number,
                "record": partner,
                "partner": partner.display_name,
                "day": facts.format_day(check.asked_at),
                "reason": _get_reason(move),
            }


class VatViesUnknown(_ViesCheck):
    code = "vat_vies_unknown"
    severity = INFO
    text = _lt(
        "VIES has not said yet whether the VAT number %(value)s is valid. Resolution:"
        " none is needed; it is asked in the background."
    )

    def find(self, move, facts):
        if facts.get_vat_check(move).result not in ("valid", "invalid"):
            yield {
                "value": facts.get_vies_number(move),
                "record": move.commercial_partner_id,
            }
