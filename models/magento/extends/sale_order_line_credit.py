from odoo import api, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    """What Magento refunded is not invoiced again."""

    _inherit = "sale.order.line"

    @api.depends(
        "qty_invoiced",
        "qty_delivered",
        "product_uom_qty",
        "state",
        "invoice_lines.move_id.magento_is_creditmemo",
    )
    def _compute_qty_to_invoice(self):
        """Leave out what a credit memo of Magento credits and nobody brought back.

        A credit note lessens what is invoiced, so that Odoo would invoice it once more.
        Goods that came back lessen what is delivered as well, where that counts.
        """
        res = super()._compute_qty_to_invoice()
        for line in self.filtered("magento_role"):
            if line.qty_to_invoice <= 0:
                continue
            credited = line._get_magento_credited()
            if line.product_id.invoice_policy != "order":
                credited = max(credited - line._get_magento_returned(), 0)
            if float_compare(credited, 0, precision_digits=6) > 0:
                line.qty_to_invoice = max(line.qty_to_invoice - credited, 0)
        return res

    def _get_magento_credited(self):
        """Return how many of a line the credit memos of Magento credit."""
        self.ensure_one()
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom, round=False
            )
            for line in self.invoice_lines
            if line.move_id.magento_is_creditmemo and line.move_id.state != "cancel"
        )

    def _get_magento_returned(self):
        """Return how many of a line came back, and count as not delivered."""
        returns = self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.to_refund
                and move.location_id.usage == "customer"
            )
        )
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom, round=False
            )
            for move in returns
        )
