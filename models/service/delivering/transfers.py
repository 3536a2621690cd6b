"""Parts that leave a van or a warehouse, and come back."""

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import float_compare


class Transfers:
    """One transfer for each job, done at once.

    :param parts: `billing.service.part` of one company; elevated
    """

    def __init__(self, parts):
        self.parts = parts
        self.env = parts.env

    def send(self):
        """Let parts leave to the customers, but those that left before by the order."""
        leaving = self.parts.browse()
        for part in self.parts:
            if moves := self._find_left(part):
                part.stock_move_id = moves
            else:
                self._lower_open(part)
                leaving |= part
        pickings = self._make(leaving, self._prepare_out)
        self._complete(pickings)
        for part, move in zip(leaving, self._in_order(leaving, pickings), strict=True):
            part.stock_move_id = move

    def take_back(self):
        """Let what left with the jobs come back."""
        own = self.parts.filtered(
            lambda part: part.stock_move_id.picking_id.billing_is_apart
        )
        self._complete(self._make(own, self._prepare_back))
        self.parts.stock_move_id = False

    # What the order's own deliveries have to do with it

    def _find_left(self, part):
        """Return the order's own move by which a part left already, if there is one."""
        line = part.sale_line_id
        if line.billing_service_order_id:
            return self.env["stock.move"]
        for move in line.move_ids:
            if (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and not move.picking_id.billing_is_apart
            ):
                linked = self.env["billing.service.part"].search(
                    [("stock_move_id", "=", move.id)]
                )
                free = move.quantity - sum(
                    each.unit_id._compute_quantity(
                        each.used_quantity, move.product_uom, round=False
                    )
                    for each in linked
                )
                used = part.unit_id._compute_quantity(
                    part.used_quantity, move.product_uom, round=False
                )
                if float_compare(free, used, precision_digits=6) >= 0:
                    return move
        return self.env["stock.move"]

    def _lower_open(self, part):
        """Let the order's open deliveries have less to deliver."""
        line = part.sale_line_id
        if line.billing_service_order_id:
            return
        rest = part._get_own()
        for move in line.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and not move.picking_id.billing_is_apart
                and move.location_dest_id.usage == "customer"
            )
        ):
            if rest <= 0:
                break
            demand = move.product_qty
            if float_compare(demand, rest, precision_digits=6) <= 0:
                move._action_cancel()
            else:
                move._do_unreserve()
                move.product_uom_qty = part.product_id.uom_id._compute_quantity(
                    demand - rest, move.product_uom, round=False
                )
                move._action_assign()
            rest -= demand

    # The transfers

    def _make(self, parts, prepare):
        pickings = self.env["stock.picking"].create(
            [
                prepare(order, own)
                for order, own in parts.grouped("order_id").items()
                if own
            ]
        )
        pickings.move_ids._action_confirm(merge=False)
        for part, move in zip(parts, self._in_order(parts, pickings), strict=True):
            self._fill(part, move)
        return pickings

    def _in_order(self, parts, pickings):
        """Return the moves of parts, in the order of these."""
        moves = {}
        for (_order, own), picking in zip(
            parts.grouped("order_id").items(), pickings, strict=True
        ):
            moves |= dict(zip(own, picking.move_ids.sorted("id"), strict=True))
        return [moves[part] for part in parts]

    def _fill(self, part, move):
        """Say which goods a move is of: no more and no fewer than was used."""
        if part.lot_id:
            move._do_unreserve()
            self.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=part._get_own()),
                    "lot_id": part.lot_id.id,
                    "quantity": part.used_quantity,
                    "product_uom_id": part.unit_id.id,
                }
            )
        else:
            move.quantity = move.product_uom_qty
        move.picked = True

    def _complete(self, pickings):
        if not pickings:
            return
        pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if stuck := pickings.filtered(lambda picking: picking.state != "done"):
            raise UserError(
                _("The parts did not leave: %s.", ", ".join(stuck.mapped("name")))
            )

    def _prepare_out(self, order, parts):
        warehouse = order.warehouse_id
        customer = order.address_id or order.partner_id
        source = order.location_id or warehouse.lot_stock_id
        return order._prepare_picking_vals(
            warehouse.out_type_id,
            source,
            customer.property_stock_customer,
            [order._prepare_move_vals(part) for part in parts],
        )

    def _prepare_back(self, order, parts):
        left = parts.stock_move_id
        warehouse = order.warehouse_id
        kind = warehouse.out_type_id.return_picking_type_id or warehouse.in_type_id
        return order._prepare_picking_vals(
            kind,
            left[:1].location_dest_id,
            left[:1].location_id,
            [
                {
                    **order._prepare_move_vals(part),
                    "origin_returned_move_id": part.stock_move_id.id,
                    "to_refund": True,
                }
                for part in parts
            ],
        )
