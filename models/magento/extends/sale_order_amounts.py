from odoo import api, models
from odoo.tools import float_compare

from ..ordering.importing.rounding import largest_rounding


class SaleOrder(models.Model):
    """Totals that equal Magento's, which rounds taxes in other places than Odoo."""

    _inherit = "sale.order"

    @api.depends(
        "order_line.price_subtotal", "order_line.price_tax", "order_line.price_total"
    )
    def _compute_amounts(self):
        """Sum up the lines of Magento's orders, however Odoo rounds taxes."""
        magento = self.filtered("magento_order_id")
        for order in magento:
            lines = order.order_line.filtered(lambda line: not line.display_type)
            order.amount_untaxed = sum(lines.mapped("price_subtotal"))
            order.amount_tax = sum(lines.mapped("price_tax"))
            order.amount_total = order.amount_untaxed + order.amount_tax
        return super(SaleOrder, self - magento)._compute_amounts()

    def _compute_tax_totals(self):
        """Show Magento's taxes in the totals below the lines."""
        magento = self.filtered("magento_order_id")
        for order in magento.with_context(lang=self.env.lang):
            order = order.with_company(order.company_id)
            lines = order.order_line.filtered(lambda line: not line.display_type)
            order.tax_totals = self.env["account.tax"]._prepare_tax_totals(
                [line._convert_to_tax_base_line_dict() for line in lines],
                order.currency_id,
                tax_lines=lines._magento_tax_lines(),
            )
        return super(SaleOrder, self - magento)._compute_tax_totals()


class SaleOrderLine(models.Model):
    """A line's tax is what its total in Magento leaves, until somebody edits it."""

    _inherit = "sale.order.line"

    @api.depends("magento_row_net", "magento_row_total", "magento_quantity")
    def _compute_amount(self):
        res = super()._compute_amount()
        for line in self:
            if line._is_as_in_magento():
                line.price_tax = line.magento_row_total - line.price_subtotal
                line.price_total = line.magento_row_total
        return res

    def _is_as_in_magento(self):
        """Say whether quantity, price and taxes are still those of Magento."""
        self.ensure_one()
        return bool(
            self.magento_role
            and self.tax_id
            and set(self.magento_taxes or {}) == set(map(str, self.tax_id.ids))
            and not float_compare(
                self.product_uom_qty, self.magento_quantity, precision_digits=6
            )
            and self._has_magento_row()
            and self._has_magento_tax()
        )

    def _has_magento_row(self):
        """Say whether the row, with those taxes that are in the price, is Magento's."""
        included = self.tax_id.filtered("price_include")
        if included == self.tax_id:
            return not self._magento_differs(self.magento_row_total, self.price_total)
        rounded = 2 if included else 0  # one way and back
        net, own_net = self.magento_row_net, self.price_subtotal
        return not self._magento_differs(net, own_net, rounded)

    def _has_magento_tax(self):
        """Say whether Magento's tax is Odoo's but for rounding.

        Magento may round the tax of each piece, and of each rate.
        """
        pieces = abs(self.magento_quantity) * len(self.tax_id)
        largest = largest_rounding(self.currency_id) / self.currency_id.rounding
        theirs = self.magento_row_total - self.magento_row_net
        own = self.price_total - self.price_subtotal
        return not self._magento_differs(theirs, own, largest + pieces / 2)

    def _magento_differs(self, theirs, own, roundings=0):
        """Say whether two amounts differ by more than so many of the smallest coin."""
        coin = self.currency_id.rounding
        return abs(theirs - own) > coin * (roundings + 0.5)

    def _magento_shares(self, total, taxes):
        """Split the tax of a line among its taxes, Magento's way.

        :param float total: what all taxes of the line come to
        :param dict taxes: {account.tax: amount in Magento}
        :return: {account.tax: amount}; the largest one takes the rest
        """
        shares = {tax: taxes.get(tax, 0.0) for tax in self.tax_id}
        largest = max(shares, key=lambda tax: abs(shares[tax]))
        shares[largest] += total - sum(shares.values())
        return shares

    def _get_magento_taxes(self):
        """Return {account.tax: amount in Magento} of a line."""
        amounts = self.magento_taxes or {}
        return {tax: amounts.get(str(tax.id), 0.0) for tax in self.tax_id}

    def _magento_tax_lines(self):
        """Return the taxes of the lines, for the totals below them.

        :return: dicts of `account.tax._convert_to_tax_line_dict`
        """
        taxes = self.env["account.tax"]
        found = []
        for line in self.filtered("tax_id"):
            if line._is_as_in_magento():
                shares = line._magento_shares(line.price_tax, line._get_magento_taxes())
            else:
                shares = line._odoo_tax_shares(
                    line.price_unit, line.discount, line.product_uom_qty
                )
            for tax, amount in shares.items():
                repartition = tax.invoice_repartition_line_ids.filtered(
                    lambda each: each.repartition_type == "tax"
                )
                found.append(
                    taxes._convert_to_tax_line_dict(
                        line,
                        currency=line.currency_id,
                        tax_repartition_line=repartition[:1],
                        tax_amount=amount,
                    )
                )
        return found

    def _odoo_tax_shares(self, price_unit, discount, quantity):
        """Return {account.tax: amount} as Odoo computes it."""
        computed = self.tax_id.compute_all(
            price_unit * (1 - discount / 100),
            currency=self.currency_id,
            quantity=quantity,
            product=self.product_id,
            partner=self.order_id.partner_shipping_id,
        )
        return self.tax_id._sum_up(computed)
