"""Taxes against the order, the fiscal position and the country of delivery.

Orders of Magento carry the shop's taxes, which no fiscal position of Odoo made: theirs
are compared with the order and the country alone.
"""

from odoo.tools.translate import _lt

from ....compat import SOLD_TAXES
from ...shared.findings import ERROR, INFO, WARNING
from .check import Check, LineCheck


def _name(taxes):
    return ", ".join(sorted(tax.name or "" for tax in taxes)) or "–"


class TaxDiffers(LineCheck):
    code = "tax_differs"
    severity = ERROR
    text = _lt(
        "%(line)s has the taxes %(taxes)s, its order line has %(expected)s. Resolution:"
        " correct the taxes, or have an approver accept them."
    )

    def find_in(self, line, move, facts):
        expected = [sold[SOLD_TAXES] for sold in facts.get_sold(line)]
        if expected and line.tax_ids not in expected:
            yield {
                "value": f"{_name(line.tax_ids)} ≠ {_name(expected[0])}",
                "taxes": _name(line.tax_ids),
                "expected": _name(expected[0]),
            }


class _MappedCheck(LineCheck):
    """A check of what the fiscal position makes of a product's taxes."""

    def applies(self, move, facts):
        return not facts.is_of_shop(move)

    def find_in(self, line, move, facts):
        is_deposit = line.sale_line_ids - facts.get_sold(line)
        if line.product_id and not is_deposit and line.price_subtotal:
            expected = facts.map_taxes(line, move.fiscal_position_id)
            if expected != line.tax_ids and self.is_it(line.tax_ids, expected):
                yield {
                    "value": f"{_name(line.tax_ids)} ≠ {_name(expected)}",
                    "taxes": _name(line.tax_ids),
                    "expected": _name(expected),
                }

    def is_it(self, taxes, expected):
        """Say whether taxes, which are not the expected ones, are looked for."""
        raise NotImplementedError


class TaxMissing(_MappedCheck):
    code = "tax_missing"
    severity = ERROR
    text = _lt(
        "%(line)s has no tax, though its product has %(expected)s. Resolution: set the"
        " tax, or one that says that it is exempt."
    )

    def is_it(self, taxes, expected):
        return not taxes


class TaxNotMapped(_MappedCheck):
    code = "tax_not_mapped"
    severity = WARNING
    text = _lt(
        "%(line)s has the taxes %(taxes)s; the product's, under the invoice's fiscal"
        " position, are %(expected)s. Resolution: press Update Taxes and Accounts, or"
        " leave it if it is agreed."
    )

    def is_it(self, taxes, expected):
        return bool(taxes)


class TaxCountry(LineCheck):
    code = "tax_country"
    severity = ERROR
    text = _lt(
        "The tax %(tax)s of %(line)s is one of %(country)s, which is neither the"
        " company's fiscal country nor that of the invoice's fiscal position."
        " Resolution: choose a tax of %(expected)s."
    )
    reasons = {
        "shop": (
            ERROR,
            _lt(
                "The tax %(tax)s of %(line)s is one of %(country)s, to where nothing is"
                " delivered. Resolution: choose a tax of %(expected)s, and look at the"
                " shop's taxes in Magento ▸ Configuration ▸ Taxes."
            ),
        )
    }

    def applies(self, move, facts):
        return bool(move.tax_country_id)

    def find_in(self, line, move, facts):
        countries, reason = move.tax_country_id, ""
        if facts.is_of_shop(move):
            countries |= facts.get_delivery(move).country_id
            reason = "shop"
        for tax in line.tax_ids:
            if tax.country_id not in countries:
                yield {
                    "value": f"{tax.name}: {tax.country_id.code}",
                    "tax": tax.name,
                    "country": tax.country_id.name,
                    "expected": ", ".join(countries.mapped("name")),
                    "reason": reason,
                }


class TaxArchived(LineCheck):
    code = "tax_archived"
    severity = WARNING
    text = _lt(
        "The tax %(value)s of %(line)s is archived. Resolution: choose the one that"
        " came in its place, or unarchive it in Invoicing ▸ Configuration ▸ Taxes."
    )

    def find_in(self, line, move, facts):
        for tax in line.tax_ids:
            if not tax.active:
                yield {"value": tax.name}


class FiscalPositionDiffers(Check):
    code = "fiscal_position_differs"
    severity = WARNING
    text = _lt(
        "The fiscal position is %(position)s; for this customer and delivery address"
        " Odoo would choose %(expected)s. Resolution: change it and press Update Taxes"
        " and Accounts, or leave it if it is agreed."
    )
    reasons = {
        "manual": (
            INFO,
            _lt(
                "The fiscal position is %(position)s, the customer's is set by hand to"
                " %(expected)s. Resolution: none is needed if it is agreed."
            ),
        )
    }

    def applies(self, move, facts):
        return move.partner_id and not facts.is_of_shop(move)

    def find(self, move, facts):
        expected = facts.get_position(move)
        if expected != move.fiscal_position_id:
            addresses = move.partner_id | facts.get_delivery(move)
            by_hand = any(each.property_account_position_id for each in addresses)
            names = [each.name or "–" for each in (move.fiscal_position_id, expected)]
            yield {
                "value": " ≠ ".join(names),
                "position": names[0],
                "expected": names[1],
                "reason": "manual" if by_hand else "",
            }


class DeliveryCountryMissing(Check):
    code = "delivery_country_missing"
    severity = WARNING
    text = _lt(
        "The delivery address %(value)s has no country, so nobody knows which taxes are"
        " due. Resolution: enter the country."
    )

    def find(self, move, facts):
        delivery = facts.get_delivery(move)
        if delivery and not delivery.country_id:
            yield {"value": delivery.display_name or "", "record": delivery}


class CompanyCountryMissing(Check):
    code = "company_country_missing"
    severity = WARNING
    text = _lt(
        "The company %(value)s has no fiscal country, so the country of taxes cannot be"
        " checked. Resolution: set it in Invoicing ▸ Configuration ▸ Settings ▸ Taxes."
    )

    def find(self, move, facts):
        if not facts.company.account_fiscal_country_id:
            yield {"value": facts.company.name, "record": facts.company}
