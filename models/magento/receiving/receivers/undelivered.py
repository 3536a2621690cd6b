"""Goods that were refunded before they were delivered."""

from collections import defaultdict

from odoo import _
from odoo.tools import float_compare

from .goods import OPEN, in_unit, share_out

DIGITS = 4


class Undelivered:
    """Says where Odoo still delivers what Magento refunded, and ships no more.

    The delivery stays as it is: somebody may want the goods to leave nevertheless.

    :param env: elevated, in the connection's company
    """

    def __init__(self, env):
        self.env = env

    def report(self, documents):
        """Let somebody look at the orders of credit memos that are new.

        :param documents: their `magento.document` records
        :return: list of (text, sale.order)
        """
        documents = documents.filtered(lambda each: each.refund_state != "canceled")
        moves = documents.sale_order_id.order_line.move_ids
        sales = moves.filtered(lambda move: move.state in OPEN).sale_line_id.order_id
        refunded = self._get_goods(self._get_lines(sales))
        bodies, reported = {}, []
        for sale in sales:
            own = documents.filtered(lambda each, s=sale: each.sale_order_id == s)
            surplus = {
                sold: min(self._get_surplus(sold, refunded[sold]), quantity)
                for sold, quantity in self._get_goods(own.line_ids).items()
            }
            surplus = {sold: quantity for sold, quantity in surplus.items() if quantity}
            if surplus:
                moves = self.env["stock.move"].union(
                    *(sold._magento_get_deliveries(OPEN) for sold in surplus)
                )
                text = self._get_text(own, surplus, moves.picking_id)
                sale._magento_schedule_activity(_("Refunded before Delivery"), text)
                bodies |= dict.fromkeys(moves.picking_id.ids, text)
                reported.append((text, sale))
        self.env["stock.picking"].browse(bodies)._message_log_batch(bodies=bodies)
        return reported

    def _get_lines(self, sales):
        """Return what the credit memos of orders refund in Magento."""
        return self.env["magento.document.line"].search(
            [
                ("sale_line_id", "in", sales.order_line.ids),
                ("document_id.kind", "=", "creditmemo"),
                ("document_id.sync_state", "=", "done"),
                ("document_id.refund_state", "!=", "canceled"),
            ]
        )

    @staticmethod
    def _get_goods(lines):
        """Return {sale.order.line: quantity} of the goods of document lines."""
        goods = defaultdict(float)
        for line in lines:
            for sold, quantity in share_out(line.sale_line_id, line.quantity):
                goods[sold] += quantity
        return goods

    @staticmethod
    def _get_surplus(sold, refunded):
        """Return how many are to leave here that Magento ships no more."""
        done = sold._magento_get_deliveries(("done",))
        delivered = sum(in_unit(move, sold) for move in done)
        open_ = sum(
            in_unit(move, sold, "product_uom_qty")
            for move in sold._magento_get_deliveries(OPEN)
        )
        left = max(sold.magento_quantity - max(delivered, refunded), 0)
        return open_ - left if float_compare(open_, left, DIGITS) > 0 else 0

    def _get_text(self, documents, surplus, transfers):
        return _(
            "Credit memo %(memo)s refunds what is not delivered yet: %(goods)s. Magento"
            " ships it no more, but %(transfers)s would. Resolution: reduce the"
            " quantities there, or cancel the transfer; or deliver anyway.",
            memo=", ".join(doc.increment_id or doc.magento_id for doc in documents),
            goods=", ".join(
                f"{round(quantity, DIGITS):g} × {sold.product_id.display_name}"
                for sold, quantity in surplus.items()
            ),
            transfers=", ".join(transfers.mapped("name")),
        )
