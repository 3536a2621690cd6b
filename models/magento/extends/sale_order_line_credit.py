from odoo import api, models
from odoo.tools import float_compare

from ....compat import SOLD_UNIT


class SaleOrderLine(models.Model):
    """What was credited for good is not invoiced again.

    A credit note lessens what is invoiced, so that Odoo would invoice it once more. In
    Magento, what was refunded cannot be.
    """

    _inherit = "sale.order.line"

    @api.depends(
        "qty_invoiced",
        "qty_delivered",
        "product_uom_qty",
        "state",
        "invoice_lines.move_id.magento_is_creditmemo",
        "invoice_lines.move_id.reversed_entry_id",
    )
    def _compute_qty_to_invoice(self):
        """Leave out what is credited for good and nobody brought back.

        Goods that came back lessen what is delivered as well, where that counts.
        """
        res = super()._compute_qty_to_invoice()
        open_lines = self.filtered(
            lambda line: line.qty_to_invoice > 0 and line.order_id.magento_order_id
        )
        notes = open_lines.invoice_lines.move_id._magento_filter_credited_for_good()
        for line in open_lines if notes else ():
            credited = line._get_credited(notes)
            if line.product_id.invoice_policy != "order":
                credited = max(credited - line._get_returned(), 0)
            if float_compare(credited, 0, precision_digits=6) > 0:
                line.qty_to_invoice = max(line.qty_to_invoice - credited, 0)
        return res

    def _count_to_invoice_anew(self):
        """Count again what is to be invoiced: what is credited became so for good."""
        self.modified(["qty_invoiced"])

    def _get_credited_for_good(self):
        """Return how many of a line are credited, and not to be invoiced again."""
        self.ensure_one()
        moves = self.invoice_lines.move_id
        return self._get_credited(moves._magento_filter_credited_for_good())

    def _get_credited(self, notes):
        """Return how many of a line some credit notes credit."""
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self[SOLD_UNIT], round=False
            )
            for line in self.invoice_lines
            if line.move_id in notes
        )

    def _get_returned(self):
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
                move.quantity, self[SOLD_UNIT], round=False
            )
            for move in returns
        )
