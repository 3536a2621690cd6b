"""Goods that were refunded before they were delivered."""

from collections import defaultdict

from odoo import _
from odoo.tools import float_compare

from .goods import OPEN, get_goods, in_unit, share_out, to_customer

DIGITS = 4


class Undelivered:
    """Says where Odoo still delivers what Magento refunded, and ships no more.

    The delivery stays as it is: somebody may want the goods to leave nevertheless.

    :param env: elevated, in the connection's company
    :param log: the `integration.process.log` of the run
    """

    def __init__(self, env, log):
        self.env = env
        self.log = log

    def tell(self, plans):
        """Let somebody look at the orders of credit memos that came in.

        :param plans: `CreditPlan`s
        """
        by_sale = defaultdict(list)
        for plan in plans:
            if not plan.thing.is_canceled:
                by_sale[plan.sale].append(plan.thing)
        sales = self.env["sale.order"].union(*by_sale)
        sales = sales.order_line.move_ids.filtered(
            lambda move: move.state in OPEN
        ).sale_line_id.order_id
        refunded = self._get_refunded(sales)
        bodies, lines = {}, []
        for sale in sales:
            if surplus := self._find_surplus(sale, by_sale[sale], refunded):
                moves = self.env["stock.move"].union(
                    *(to_customer(sold, OPEN) for sold in surplus)
                )
                text = self._get_text(by_sale[sale], surplus, moves.picking_id)
                sale._magento_schedule_activity(_("Refunded before Delivery"), text)
                bodies |= dict.fromkeys(moves.picking_id.ids, text)
                lines.append((text, sale))
        self.env["stock.picking"].browse(bodies)._message_log_batch(bodies=bodies)
        self.log._add_lines(lines, level="warning")

    def _get_refunded(self, sales):
        """Return {sale.order.line: quantity that Magento has refunded of it}."""
        refunded = defaultdict(float)
        lines = self.env["magento.document.line"].search(
            [
                ("sale_line_id", "in", sales.order_line.ids),
                ("document_id.kind", "=", "creditmemo"),
                ("document_id.sync_state", "=", "done"),
                ("document_id.refund_state", "!=", "canceled"),
            ]
        )
        for line in lines:
            for sold, quantity in share_out(line.sale_line_id, line.quantity):
                refunded[sold] += quantity
        return refunded

    def _find_surplus(self, sale, memos, refunded):
        """Return {sale.order.line: how many of these memos' goods would leave}."""
        goods = defaultdict(float)
        for memo in memos:
            for item in memo.items:
                for sold, quantity in get_goods(sale, item, memo):
                    goods[sold] += quantity
        surplus = {
            sold: min(self._get_surplus(sold, refunded[sold]), quantity)
            for sold, quantity in goods.items()
        }
        return {sold: quantity for sold, quantity in surplus.items() if quantity}

    @staticmethod
    def _get_surplus(sold, refunded):
        """Return how many are to leave here that Magento ships no more."""
        delivered = sum(in_unit(move, sold) for move in to_customer(sold, ("done",)))
        open_ = sum(
            in_unit(move, sold, "product_uom_qty") for move in to_customer(sold, OPEN)
        )
        left = max(sold.magento_quantity - max(delivered, refunded), 0)
        return open_ - left if float_compare(open_, left, DIGITS) > 0 else 0

    @staticmethod
    def _get_text(memos, surplus, transfers):
        return _(
            "Credit memo %(memo)s refunds what is not delivered yet: %(goods)s. Magento"
            " ships it no more, but %(transfers)s would. Resolution: reduce the"
            " quantities there, or cancel the transfer; or deliver anyway.",
            memo=", ".join(memo.increment_id or memo.magento_id for memo in memos),
            goods=", ".join(
                f"{round(quantity, DIGITS):g} × {sold.product_id.display_name}"
                for sold, quantity in surplus.items()
            ),
            transfers=", ".join(transfers.mapped("name")),
        )
