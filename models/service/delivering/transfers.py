"""Parts that leave a van or a warehouse, and come back."""

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ....compat import get_final_place
from ...shared.running.transaction import touch_rows


class Transfers:
    """One transfer for each job, done at once.

    :param parts: `billing.service.part` of one company; elevated
    """

    def __init__(self, parts):
        self.parts = parts
        self.env = parts.env

    def send(self):
        """Let parts leave to the customers, but what left before by the orders."""
        touch_rows(self.parts.sale_line_id)  # a second job sees what the first took
        for part in self.parts:
            part.before_quantity = self._find_before(part)
        leaving = self.parts.filtered(lambda part: part._get_leaving())
        for part in leaving:
            self._lower_open(part)
        pickings = self._make(leaving, self._prepare_out)
        self._complete(pickings)
        for part, move in zip(leaving, self._in_order(leaving, pickings), strict=True):
            part.stock_move_id = move
        for part in self.parts - leaving:
            part.stock_move_id = part._get_before()[-1:]

    def take_back(self):
        """Let what left with the jobs come back, and the orders deliver it again."""
        lines = self.parts.sale_line_id
        touch_rows(lines)
        own = self.parts.filtered(self._get_returning)
        self._complete(self._make(own, self._prepare_back))
        self.parts.write({"stock_move_id": False, "before_quantity": 0.0})
        lines.filtered(self._is_quoted)._action_launch_stock_rule()

    # What the order's own deliveries have to do with it

    def _is_quoted(self, line):
        return not line.billing_service_order_id

    def _find_before(self, part):
        """Return what the order's own delivery brought of a part, in the part's unit.

        What came back of it, and what other jobs have used of it, is left out.
        """
        line = part.sale_line_id
        if not self._is_quoted(line):
            return 0.0
        others = line.billing_part_ids - part
        if part.lot_id:
            others = others.filtered(lambda other: other.lot_id == part.lot_id)
        taken = sum(
            other.unit_id._compute_quantity(
                other.before_quantity, part.unit_id, round=False
            )
            for other in others
        )
        brought = part.product_id.uom_id._compute_quantity(
            self._count_brought(part), part.unit_id, round=False
        )
        return max(min(brought - taken, part.used_quantity), 0.0)

    def _count_brought(self, part):
        """Return what the customer has by the order's own delivery, in its own unit."""
        lines = part.sale_line_id.move_ids.move_line_ids.filtered(
            lambda line: (
                line.state == "done"
                and not line.picking_id.billing_is_apart
                and line.product_id == part.product_id
                and part.lot_id in (line.lot_id, line.lot_id.browse())
            )
        )
        out = lines.filtered(lambda line: line.location_dest_id.usage == "customer")
        back = lines.filtered(lambda line: line.location_id.usage == "customer")
        quantity = "quantity_product_uom"
        return sum(out.mapped(quantity)) - sum(back.mapped(quantity))

    def _lower_open(self, part):
        """Let the order's open deliveries have less to deliver."""
        line = part.sale_line_id
        if not self._is_quoted(line):
            return
        rest = part.unit_id._compute_quantity(
            part._get_leaving(), part.product_id.uom_id, round=False
        )
        open_moves = line.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and get_final_place(move).usage == "customer"
                and not move.picking_id.billing_is_apart
            )
        )
        last_steps = open_moves.filtered(
            lambda move: not move.move_dest_ids & open_moves
        )
        self._lower(last_steps, rest)

    def _lower(self, moves, rest):
        """Let open moves have less to move, and those that bring them the goods, too.

        :param float rest: how much less, in the product's own unit
        """
        for move in moves.filtered(lambda move: move.state not in ("done", "cancel")):
            if float_compare(rest, 0, precision_digits=6) <= 0:
                break
            demand = move.product_qty
            self._lower(move.move_orig_ids, min(demand, rest))
            if float_compare(demand, rest, precision_digits=6) <= 0:
                move._action_cancel()
            else:
                move._do_unreserve()
                move.product_uom_qty = move.product_id.uom_id._compute_quantity(
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
        """Return the moves of parts, in the order of these.

        :raise UserError: one moves as something else, as kits do
        """
        moves = {}
        for (_order, own), picking in zip(
            parts.grouped("order_id").items(), pickings, strict=True
        ):
            found = picking.move_ids.sorted("id")
            if found.mapped("product_id") != own.mapped("product_id"):
                kits = own.product_id - found.product_id
                self._refuse_kits(own.filtered_domain([("product_id", "in", kits.ids)]))
            moves |= dict(zip(own, found, strict=True))
        return [moves[part] for part in parts]

    def _refuse_kits(self, parts):
        names = ", ".join(parts.product_id.mapped("display_name"))
        if parts.sale_line_id.filtered(self._is_quoted):
            raise UserError(
                _(
                    "%s leaves the stock as several products, which the quotation's own"
                    " delivery brings. Resolution: take it off the job.",
                    names,
                )
            )
        raise UserError(
            _(
                "%s leaves the stock as several products. Resolution: enter these as"
                " parts.",
                names,
            )
        )

    def _fill(self, part, move):
        """Say which goods a move is of: no more and no fewer than was used."""
        if part.lot_id:
            move._do_unreserve()
            self.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=move.product_qty),
                    "lot_id": part.lot_id.id,
                    "quantity": move.product_uom_qty,
                    "product_uom_id": move.product_uom.id,
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

    def _get_returning(self, part):
        """Return what of a part has left with its job and not come back, in its unit.

        What somebody returns by the transfer itself comes back by that.
        """
        move = part.stock_move_id
        if not move.picking_id.billing_is_apart:
            return 0.0
        back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
        returned = sum(
            each.product_uom._compute_quantity(
                each.quantity if each.state == "done" else each.product_uom_qty,
                part.unit_id,
                round=False,
            )
            for each in back
        )
        rest = part._get_leaving() - returned
        return rest if float_compare(rest, 0, precision_digits=6) > 0 else 0.0

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
                    "product_uom_qty": self._get_returning(part),
                    "origin_returned_move_id": part.stock_move_id.id,
                    "to_refund": True,
                }
                for part in parts
            ],
        )
