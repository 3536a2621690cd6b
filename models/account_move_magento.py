from odoo import models
from odoo.tools import float_compare

from .sale_order_amounts import LARGEST_ROUNDING


class SaleOrder(models.Model):
    """Invoices of Magento's orders have Magento's tax amounts."""

    _inherit = "sale.order"

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves._take_magento_taxes()
        return moves


class AccountMove(models.Model):
    """Tax lines with the amounts that Magento computed."""

    _inherit = "account.move"

    def _take_magento_taxes(self):
        """Put Magento's amounts on the tax lines of draft invoices.

        A part of an order has its share; the last part has what is left, as in Magento.
        Where Odoo's own amount differs by more than rounding, somebody changed the
        invoice, and Odoo's amount stays.
        """
        for move in self:
            corrections = {}
            for line in move.invoice_line_ids:
                for tax, amount in line._magento_tax_corrections().items():
                    corrections[tax] = corrections.get(tax, 0.0) + amount
            move._correct_taxes(corrections)

    def _correct_taxes(self, corrections):
        """Add amounts to tax lines.

        :param dict corrections: {account.tax: what is to be added, for the customer}
        """
        sign = self.direction_sign
        for tax, amount in corrections.items():
            line = self.line_ids.filtered(lambda each, t=tax: each.tax_line_id == t)[:1]
            if line and not self.currency_id.is_zero(amount):
                line.amount_currency += sign * amount


class AccountMoveLine(models.Model):
    """What Odoo's tax on a line differs from Magento's by."""

    _inherit = "account.move.line"

    def _magento_tax_corrections(self):
        """Return {account.tax: Magento's amount minus Odoo's} of an invoice line."""
        self.ensure_one()
        sold = self.sale_line_ids.filtered(lambda line: line.magento_row_total)
        if len(sold) != 1 or not self.tax_ids or self.tax_ids != sold.tax_id:
            return {}
        share = sold._magento_share(self)
        odoo_tax = self.price_total - self.price_subtotal
        target = share["total"] - self.price_subtotal
        difference = abs(target - odoo_tax)
        if float_compare(difference, LARGEST_ROUNDING, precision_digits=6) > 0:
            return {}
        shares = sold._magento_shares(target, share["taxes"])
        computed = sold._odoo_tax_shares(self.price_unit, self.discount, self.quantity)
        return {tax: shares[tax] - computed.get(tax, 0.0) for tax in shares}


class SaleOrderLine(models.Model):
    """The share of a line that an invoice bills."""

    _inherit = "sale.order.line"

    def _magento_share(self, invoice_line):
        """Return Magento's amounts for the quantity of an invoice line.

        :return: {"total": with tax, "taxes": {account.tax: amount}}, rounded so that
            all invoices of the line add up to it
        """
        others = self.invoice_lines.filtered(
            lambda line: line.move_id.state != "cancel" and line != invoice_line
        )
        before = sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom, round=False
            )
            * (-1 if line.move_id.move_type == "out_refund" else 1)
            for line in others
        )
        now = invoice_line.product_uom_id._compute_quantity(
            invoice_line.quantity, self.product_uom, round=False
        )

        def share(amount):
            return self._cumulated(amount, before + now) - self._cumulated(
                amount, before
            )

        return {
            "total": share(self.magento_row_total),
            "taxes": {
                tax: share(amount) for tax, amount in self._get_magento_taxes().items()
            },
        }

    def _cumulated(self, amount, quantity):
        """Return the part of an amount that the first so many units have."""
        return self.currency_id.round(amount * quantity / self.magento_quantity)
