from math import copysign

from odoo import Command
from odoo.tools import float_round

from ....compat import keep_untaxed, untaxed_of_one

# Of a price that Odoo does not round
MOST_DIGITS = 8
# With which the share of taxes in a price is found
SAMPLE = 10_000.0


class PriceFinder:
    """Finds the unit price that gives the file's amount without tax.

    CoopCycle's prices are without tax. Where Odoo's tax is included in the price, the
    price has to be raised by it; which taxes a line gets is Odoo's own rule.
    """

    def __init__(self, company):
        """Prepare to find prices.

        :param company: the `res.company` whose taxes they have
        """
        self.env = company.env
        self.company = company
        self._has_included_taxes = bool(
            self.env["account.tax"].search_count(
                [
                    *self.env["account.tax"]._check_company_domain(company),
                    ("price_include", "=", True),
                    ("type_tax_use", "!=", "purchase"),
                ],
                limit=1,
            )
        )
        digits = (
            self.env["account.move.line"]._fields["price_unit"].get_digits(self.env)
        )
        self._price_digits = digits[1] if digits else MOST_DIGITS
        self._drafts = {}
        self._taxes = {}
        self._factors = {}

    def find(self, plan, line):
        """Return `price_unit`, and `tax_ids` where the price depends on them.

        :param plan: the `InvoicePlan`, which decides the fiscal position
        :param line: one `LinePlan` of it, with its product known
        :rtype: dict
        """
        price = plan.sign * float(line.row.price_unit)
        if not self._has_included_taxes:
            return {"price_unit": price}
        taxes = self._line_taxes(plan, line)
        share, fixed = self._price_factors(taxes, copysign(SAMPLE, price))
        price = self._mend(taxes, (price + fixed) / share, price)
        return {
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
            **keep_untaxed(taxes, price, float(line.row.quantity), self.company),
        }

    def _mend(self, taxes, price, untaxed):
        """Return a price by which rounded taxes leave what they should."""
        currency = self.company.currency_id
        kept = float_round(price, precision_digits=self._price_digits)
        left = taxes.compute_all(kept, currency=currency)["total_excluded"]
        missing = currency.round(untaxed) - currency.round(left)
        if not currency.is_zero(missing):
            price = kept + missing
        return round(price, MOST_DIGITS)

    def _line_taxes(self, plan, line):
        """Return the taxes that Odoo gives a line of the product and account."""
        key = (plan.partner_id, plan.sign, line.product_id, line.account_id)
        if key not in self._taxes:
            draft_line = self.env["account.move.line"].new(
                {
                    "move_id": self._draft(plan),
                    "product_id": line.product_id,
                    "account_id": line.account_id,
                }
            )
            self._taxes[key] = draft_line._get_computed_taxes()._origin
        return self._taxes[key]

    def _draft(self, plan):
        """Return an invoice in memory, for what Odoo derives from the customer."""
        key = (plan.partner_id, plan.sign)
        if key not in self._drafts:
            self._drafts[key] = self.env["account.move"].new(
                {
                    "move_type": "out_refund" if plan.sign < 0 else "out_invoice",
                    "company_id": self.company.id,
                    "partner_id": plan.partner_id,
                }
            )
        return self._drafts[key]

    def _price_factors(self, taxes, sample):
        """Return (share, fixed): amount without tax = share × price - fixed.

        :param float sample: a price of the same sign
        """
        key = taxes, sample
        if key not in self._factors:
            of_one, of_two = (
                untaxed_of_one(taxes, price, self.company)
                for price in (sample, 2 * sample)
            )
            share = (of_two - of_one) / sample
            self._factors[key] = share, share * sample - of_one
        return self._factors[key]
