"""Invoices that Odoo has already of what the shop invoiced."""

from collections import defaultdict
from decimal import Decimal

from .....compat import SOLD_UNIT
from ...exporting.couriers.courier import decimal
from .notes import ZERO
from .problems import Wait

UNFINISHED = ("waiting", "pending", "sending", "unknown")


class Covered:
    """Knows what of Odoo's invoices no invoice of Magento covers yet.

    Quantities are in the units of the order lines.

    :param env: elevated, in the connection's company
    """

    def __init__(self, env):
        self.env = env
        self.tied = {}
        self.under_way = self.env["account.move"]

    def load(self, moves):
        """Look up at once what of some invoices is covered, or on its way."""
        tied = self.env["magento.document.line"].search(
            [
                ("move_id", "in", moves.ids),
                ("document_id.kind", "=", "invoice"),
                ("document_id.magento_id", "!=", False),
                ("document_id.is_canceled", "=", False),
            ]
        )
        self.tied = defaultdict(Decimal)
        for line in tied:
            self.tied[line.move_id, line.sale_line_id] += decimal(line.quantity)
        documents = self.env["magento.document"].search(
            [
                ("kind", "=", "invoice"),
                ("direction", "=", "push"),
                ("move_id", "in", moves.ids),
                ("sync_state", "in", UNFINISHED),
            ]
        )
        self.under_way = documents.move_id

    def find(self, sale, quantities):
        """Return the parts of Odoo's invoices that bill all of it, none if they do not.

        They are covered from then on.

        :param dict quantities: {sale.order.line: quantity} of Magento's invoice
        :return: list of (account.move, sale.order.line, quantity)
        :raise Wait: one that does is on its way to Magento
        """
        moves = sale._magento_get_invoices()
        posted = moves.filtered(lambda move: move.state == "posted")
        free = {move: self.get_free(sale, move) for move in moves}
        same = [move for move in [*posted, *moves] if free[move] == quantities]
        parts = self._spread(same[:1] or posted, free, quantities)
        for move, _sold, _quantity in parts:
            if move in self.under_way:
                raise Wait("invoice_under_way", invoice=move.display_name)
        for move, sold, quantity in parts:
            self.tied[move, sold] += quantity
        return parts

    def get_free(self, sale, move):
        """Return {sale.order.line: quantity} that no invoice of Magento covers."""
        free = defaultdict(Decimal)
        for line in move.invoice_line_ids:
            for sold in line.sale_line_ids.filtered(lambda s: s.order_id == sale):
                if not sold.display_type and sold._magento_is_invoiced_by_item():
                    free[sold] += decimal(
                        line.product_uom_id._compute_quantity(
                            line.quantity, sold[SOLD_UNIT], round=False
                        )
                    )
        for sold in free:
            free[sold] -= self.tied[move, sold]
        return {sold: quantity for sold, quantity in free.items() if quantity > 0}

    @staticmethod
    def _spread(moves, free, quantities):
        parts = []
        for sold, quantity in quantities.items():
            for move in moves:
                part = min(free[move].get(sold, ZERO), quantity)
                if part > 0:
                    parts.append((move, sold, part))
                    quantity -= part
            if quantity > 0:
                return []
        return parts
