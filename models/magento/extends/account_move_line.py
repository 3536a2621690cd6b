from decimal import Decimal

from odoo import Command, _, api, models
from odoo.tools import float_compare

from ....compat import SOLD_TAXES, SOLD_UNIT, get_computation_key, get_taxes
from ..ordering.importing.prices import Prices
from ..ordering.importing.rounding import is_rounding, largest_rounding


class AccountMoveLine(models.Model):
    """A line that bills what was sold in Magento, or takes it back."""

    _inherit = "account.move.line"

    @api.model
    def _magento_prepare_vals(self, line, quantity, price, discount):
        """Return the values of a line of an invoice or a credit note of the shop.

        :param line: the `NoteLine`
        :param Decimal quantity: in the unit of the invoice that it credits
        :param float price: of one, with those taxes that Odoo includes in prices
        :param float discount: in percent
        """
        billed, sold = line.invoice_line, line.sold
        values = {
            "product_id": line.product.id,
            "name": line.name,
            "quantity": float(quantity),
            "price_unit": price,
            "discount": discount,
            "tax_ids": [Command.set(line.taxes.ids if line.taxes else [])],
            **get_computation_key(),
        }
        if uom := billed.product_uom_id if billed else sold and sold[SOLD_UNIT]:
            values["product_uom_id"] = uom.id
        if billed:
            values["account_id"] = billed.account_id.id
            values["analytic_distribution"] = billed.analytic_distribution
        if sold:
            values["sale_line_ids"] = [Command.set(sold.ids)]
        return values

    @api.model
    def _magento_prepare_rounding_vals(self, product, difference):
        """Return the values of a line for cents that the taxes cannot make up.

        :param float difference: Magento's total minus that of the invoice so far
        """
        return {
            "product_id": product.id,
            "name": _("Rounding"),
            "quantity": 1,
            "price_unit": difference,
            "tax_ids": [Command.clear()],
        }

    def _get_magento_sold(self):
        """Return the line of a Magento order that is billed, at its price."""
        self.ensure_one()
        sold = self.sale_line_ids.filtered("magento_quantity")
        is_same = (
            len(sold) == 1
            and self.tax_ids == sold[SOLD_TAXES]
            and not float_compare(self.price_unit, sold.price_unit, 6)
            and not float_compare(self.discount, sold.discount, 6)
        )
        return sold if is_same else sold.browse()

    def _take_magento_row(self):
        """Let the row be its share of Magento's row: cents that parts would lose."""
        sold = self._get_magento_sold()
        if not sold or not self.quantity:
            return
        row = sold._magento_rest_of_row(self)
        if row is None:
            share = sold._magento_share(self)
            row = share["total"] if self._has_taxes_included() else share["net"]
        self._take_row(row)

    def _has_taxes_included(self):
        return bool(self.tax_ids) and all(self.tax_ids.mapped("price_include"))

    def _get_row(self):
        """Return the amount that the price makes up."""
        return self.price_total if self._has_taxes_included() else self.price_subtotal

    def _get_magento_share_of_row(self, sold):
        """Return how much this is of Magento's row of an order line.

        Taxes do not count: Magento's may be a cent more than what Odoo makes of a row.
        """
        included = self._has_taxes_included()
        row = sold.magento_row_total if included else sold.magento_row_net
        return self._get_row() / row if row else 0.0

    def _take_row(self, row):
        """Let the row be an amount from which it differs by cents alone."""
        own = self._get_row()
        if self.currency_id.is_zero(row - own) or not is_rounding(
            row - own, self.currency_id
        ):
            return
        price, discount = Prices(self.currency_id).split(
            Decimal(str(row)), Decimal(str(self.quantity))
        )
        self.write({"price_unit": price, "discount": discount})

    def _get_magento_taxes(self):
        """Return {account.tax: amount} by Magento, {} where Odoo's amounts stay."""
        self.ensure_one()
        sold = self.sale_line_ids.filtered(lambda line: line.magento_taxes)
        if (
            len(sold) != 1
            or self.tax_ids != sold[SOLD_TAXES]
            or not sold.magento_quantity
        ):
            return {}
        share = sold._magento_share(self)
        total = share["total"] - self.price_subtotal
        difference = abs(total - (self.price_total - self.price_subtotal))
        # Magento may round the tax of each piece, and of each rate
        pieces = abs(self.quantity) * len(self.tax_ids)
        rounding = largest_rounding(self.currency_id)
        if difference > rounding + self.currency_id.rounding * (pieces + 1) / 2:
            return {}
        return sold._magento_shares(total, share["taxes"])

    def _magento_may_differ_in_rate(self):
        """Say whether reconciling these lines may leave a difference of rates.

        It may in foreign money whose rate has changed, or that is paid in part.
        """
        company_currency = self.company_currency_id
        if self.currency_id == company_currency:
            return False
        left = sum(self.mapped("amount_residual"))
        return len(self.currency_id) > 1 or not company_currency.is_zero(left)

    def _get_odoo_taxes(self):
        """Return {account.tax: amount} as Odoo computes it."""
        self.ensure_one()
        return get_taxes(self)

    def _takes_back(self, billed):
        """Say whether this takes back a line of an invoice, at its price.

        :param billed: the lines of the invoice for the same line of the order
        """
        self.ensure_one()
        if len(billed) != 1 or not billed.quantity:
            return False
        row = billed.price_subtotal * self.quantity / billed.quantity
        off = abs(row - self.price_subtotal)
        return (
            self.product_id == billed.product_id
            and self.product_uom_id == billed.product_uom_id
            and self.tax_ids == billed.tax_ids
            and float_compare(off, self.currency_id.rounding, 3) <= 0
        )
