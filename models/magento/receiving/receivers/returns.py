"""Goods of a credit memo that come back."""

from collections import defaultdict

from odoo.tools import float_compare

from .....compat import SOLD_UNIT


class Returns:
    """Makes return transfers of what was delivered.

    :param env: elevated, in the connection's company
    """

    def __init__(self, env):
        self.env = env

    def make(self, plans):
        """Make the returns of credit memos.

        :param plans: `CreditPlan`s
        """
        for plan in plans:
            if plan.notes:
                self._return(self._get_moves(plan))

    def _get_moves(self, plan):
        """Return {delivery move: quantity in the product's unit} that comes back."""
        found = defaultdict(float)
        for item in plan.thing.items:
            returned = plan.thing.returned_item_ids
            if returned is not None and item.order_item_id not in returned:
                continue
            for sold, quantity in plan.sale._magento_get_goods(item, plan.thing):
                self._spread(found, sold, quantity)
        return found

    @staticmethod
    def _spread(found, sold, quantity):
        """Take a quantity from the deliveries of an order line, the oldest first."""
        product = sold.product_id
        left = sold[SOLD_UNIT]._compute_quantity(quantity, product.uom_id, round=False)
        delivered = sold.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_dest_id.usage == "customer"
            )
        )
        for move in delivered.sorted(lambda move: (move.date, move.id)):
            back = move.returned_move_ids.filtered(lambda each: each.state != "cancel")
            open_ = _own(move) - sum(map(_own, back)) - found[move]
            part = min(open_, left)
            if float_compare(part, 0, precision_digits=6) > 0:
                found[move] += part
                left -= part

    def _return(self, quantities):
        moves = self.env["stock.move"].union(*quantities)
        for picking in moves.picking_id:
            if not any(quantities[move] for move in moves & picking.move_ids):
                continue
            picking._magento_return(quantities)


def _own(move):
    """Return a move's quantity in its product's unit: of one to come what is asked."""
    quantity = move.quantity if move.state == "done" else move.product_uom_qty
    return move.product_uom._compute_quantity(
        quantity, move.product_id.uom_id, round=False
    )
