"""Shipments of the shop validate deliveries."""

from collections import defaultdict
from dataclasses import dataclass

from odoo import Command
from odoo.tools import float_compare

from .....compat import SOLD_UNIT
from .....tools.magento.shipment import read_shipment
from ...ordering.importing.problems import Problem
from .deliveries import DIGITS, Deliveries, number
from .goods import OPEN
from .problems import Wait
from .receiver import Receiver


@dataclass
class ShipmentPlan:
    """A shipment and the order lines that it delivers: {sale.order.line: quantity}."""

    thing: object
    sale: object
    quantities: dict


class Shipments(Receiver):
    """Shipments, in from Magento.

    Where the goods have left already, the shipment is tied to their delivery; else the
    open delivery is validated.
    """

    kind = "shipment"
    list_path = "shipments"
    read = staticmethod(read_shipment)
    at_once = False

    def __init__(self, connection, log):
        super().__init__(connection, log)
        self.deliveries = Deliveries(self.env)

    def load(self, things):
        lines = self.env["sale.order"].union(*self.sales.values()).order_line
        moves = lines.move_ids
        moves.product_id.mapped("tracking")
        moves.picking_id.mapped("state")
        moves.move_orig_ids.mapped("state")
        (moves.location_dest_id | moves.location_id).mapped("usage")

    def plan(self, shipment, sale):
        if sale.state not in ("sale", "done"):
            is_canceled = sale.state == "cancel"
            code = "order_canceled" if is_canceled else "order_draft"
            raise Wait(code, order=sale.name)
        if not any(item.quantity for item in shipment.items):
            raise Problem("nothing_shipped", order=sale.name)
        quantities = defaultdict(float)
        children = set(sale.order_line.mapped("magento_child_item_id"))
        known = set(sale.order_line.mapped("magento_item_id"))
        for item in shipment.items:
            if item.order_item_id not in known | children:
                raise Problem(
                    "item_unknown",
                    order=sale.name,
                    sku=item.sku,
                    item=item.order_item_id,
                )
            for sold, quantity in sale._magento_get_goods(item, shipment):
                if sold.product_id.type != "service" and quantity:
                    quantities[sold] += quantity
        return ShipmentPlan(shipment, sale, quantities)

    def make(self, plans):
        for plan in plans:
            self._make(plan)

    def _make(self, plan):
        """Tie a shipment to the deliveries that have left, and validate the others.

        :raise Problem: they are not there, or not ready
        """
        # An export may have found it meanwhile, and what of it had left
        tied = self.inbox.get(plan.thing).line_ids
        left = _subtract(
            plan.quantities, [(line.sale_line_id, line.quantity) for line in tied]
        )
        done = self.deliveries.find_done(left)
        left = _subtract(left, [(sold, quantity) for _move, sold, quantity in done])
        going = self.deliveries.find_open(plan.sale, left) if left else []
        if going:
            self._validate(plan, going)
        parts = done + going
        pickings = tied.picking_id.union(*(move.picking_id for move, *_x in parts))
        self._finish(plan, pickings, parts)

    def _finish(self, plan, pickings, parts):
        prepare = self.env["magento.document.line"]._prepare_vals
        lines = [
            Command.create(prepare(sold, quantity, picking=move.picking_id))
            for move, sold, quantity in parts
        ]
        values = {
            **self.head_values(plan.thing),
            "picking_id": pickings[:1].id,
            "line_ids": lines,
            "track_numbers": list(plan.thing.track_numbers),
        }
        self.inbox.finish([(plan.thing, values)])

    # Goods that leave now

    def _validate(self, plan, parts):
        """Validate what leaves; the rest becomes a backorder.

        :raise Problem: there is too little in stock, or somebody must decide
        """
        moves = self.env["stock.move"].union(*(move for move, *_rest in parts))
        pickings = moves.picking_id
        wanted = defaultdict(float)
        for move, sold, quantity in parts:
            wanted[move] += sold[SOLD_UNIT]._compute_quantity(
                quantity, move.product_uom, round=False
            )
        self._reserve(wanted)
        rest = pickings.move_ids.filtered(lambda move: move.state in OPEN) - moves
        rest.picked = False
        for move, quantity in wanted.items():
            if float_compare(move.quantity, quantity, DIGITS):
                move.quantity = quantity
        moves.picked = True
        for picking in pickings:
            if values := picking._magento_prepare_shipment_vals(plan.thing):
                picking.write(values)
            done = picking.with_context(skip_backorder=True, skip_sms=True)
            done.button_validate()
            if picking.state != "done":
                raise Problem("not_validated", picking=picking.name)

    def _reserve(self, wanted):
        """Reserve so many for each move.

        :param dict wanted: {move: quantity in its unit}
        :raise Problem: there are not so many
        """
        moves = self.env["stock.move"].union(*wanted)
        short = moves.filtered(
            lambda move: float_compare(move.quantity, wanted[move], DIGITS) < 0
        )
        short._action_assign()
        for move in short:
            if float_compare(move.quantity, wanted[move], DIGITS) < 0:
                raise Problem(
                    "no_stock",
                    product=move.product_id.display_name,
                    quantity=number(wanted[move]),
                    reserved=number(move.quantity),
                    picking=move.picking_id.name,
                )

    # What changes later

    def follow(self, shipment, document):
        """Add tracking numbers that came later."""
        known = document.track_numbers or []
        new = [each for each in shipment.track_numbers if each not in known]
        if not new:
            return False
        for picking in document.picking_id | document.line_ids.picking_id:
            picking.write(picking._magento_prepare_shipment_vals(shipment))
        document.track_numbers = list(shipment.track_numbers)
        return True


def _subtract(quantities, pairs):
    """Return what is left of {order line: quantity}, where something is.

    :param pairs: (order line, quantity) of what is taken off
    """
    left = defaultdict(float, quantities)
    for sold, quantity in pairs:
        left[sold] -= quantity
    return {
        sold: quantity
        for sold, quantity in left.items()
        if float_compare(quantity, 0, DIGITS) > 0
    }
