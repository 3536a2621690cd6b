"""Which transfers deliver the goods of a shipment: those that left, then open ones."""

from collections import defaultdict

from odoo.tools import float_compare

from ...ordering.importing.problems import Problem
from .goods import OPEN, in_unit
from .problems import Wait

UNFINISHED = ("waiting", "pending", "sending", "unknown")
DIGITS = 4


class Deliveries:
    """Finds the moves of a shipment: those that are done, and those that are to be.

    Quantities are in the units of the order lines.

    :param env: elevated, in the connection's company
    """

    def __init__(self, env):
        self.env = env

    def find_done(self, quantities):
        """Return the moves that delivered the goods before, as far as they have left.

        :param quantities: {order line: quantity} of the goods
        :return: list of (move, order line, quantity)
        :raise Wait: their delivery is on its way to Magento
        """
        parts = []
        for sold, quantity in quantities.items():
            tied = self._get_tied(sold)
            for move in sold._magento_get_deliveries(("done",)):
                left = in_unit(move, sold) - tied[move.picking_id]
                part = min(left, quantity)
                if float_compare(part, 0, DIGITS) > 0:
                    tied[move.picking_id] += part
                    parts.append((move, sold, part))
                    quantity -= part
        self._check_not_under_way(parts)
        return parts

    def _get_tied(self, sold):
        """Return {transfer: quantity of an order line that Magento knows}."""
        tied = defaultdict(float)
        lines = self.env["magento.document.line"].search(
            [
                ("sale_line_id", "=", sold.id),
                ("picking_id", "!=", False),
                ("document_id.kind", "=", "shipment"),
                ("document_id.sync_state", "=", "done"),
            ]
        )
        for line in lines:
            tied[line.picking_id] += line.quantity
        return tied

    def _check_not_under_way(self, parts):
        pickings = self.env["stock.picking"].union(*(m.picking_id for m, *_x in parts))
        under_way = self.env["magento.document"].search(
            [
                ("kind", "=", "shipment"),
                ("direction", "=", "push"),
                ("picking_id", "in", pickings.ids),
                ("sync_state", "in", UNFINISHED),
            ],
            limit=1,
        )
        if under_way:
            raise Wait("under_way", picking=under_way.picking_id.name)

    def find_open(self, sale, quantities):
        """Return the moves that are to deliver the goods.

        :param sale: the `sale.order`
        :param quantities: {order line: quantity} of the goods
        :return: list of (move, order line, quantity)
        :raise Problem: they are too few, or not ready
        """
        parts = []
        for sold, quantity in quantities.items():
            left = quantity
            for move in sold._magento_get_deliveries(OPEN):
                part = min(in_unit(move, sold, "product_uom_qty"), left)
                if float_compare(part, 0, DIGITS) > 0:
                    move._magento_check_ready()
                    parts.append((move, sold, part))
                    left -= part
            if float_compare(left, 0, DIGITS) > 0:
                if before := sold._magento_get_steps_before():
                    raise Wait("step_before", picking=before[:1].picking_id.name)
                raise Problem(
                    "too_many",
                    order=sale.name,
                    product=sold.product_id.display_name,
                    quantity=number(quantity),
                    open=number(quantity - left),
                )
        return parts


def number(quantity):
    """Return a quantity as a user reads it."""
    return f"{round(quantity, DIGITS):g}"
