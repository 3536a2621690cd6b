"""What customers got, and of which sold lines it is."""

from odoo.tools import float_compare

from ....compat import SOLD_UNIT


class Deliveries:
    """The goods of the deliveries that decisions are about, read at once.

    :param decisions: `billing.decision`
    """

    def __init__(self, decisions):
        self.env = decisions.env
        pickings = decisions.picking_id
        moves = self.env["stock.move"].search(
            [
                ("picking_id", "in", pickings.ids),
                ("state", "=", "done"),
                ("sale_line_id", "!=", False),
            ],
            order="id",
        )
        self._out = moves.filtered(
            lambda move: move.location_dest_id.usage == "customer"
        ).grouped("picking_id")
        self._back = moves.filtered(
            lambda move: move.to_refund and move.location_id.usage == "customer"
        ).grouped("picking_id")
        self._claimed = self._read_claimed(moves)

    def _read_claimed(self, moves):
        """Return {id of a move: how much had left when it was claimed last}."""
        lines = self.env["billing.decision.line"].search_fetch(
            [("stock_move_id", "in", moves.ids), ("is_live", "=", True)],
            ["stock_move_id", "moved_quantity"],
            order="part",
        )
        return {line.stock_move_id.id: line.moved_quantity for line in lines}

    def forget_claims(self):
        """Take everything as if no invoice claimed any of it."""
        self._claimed = {}

    def get_moves(self, decision):
        """Return the moves of a decision's delivery that are of its order."""
        return self._filter(self._out, decision)

    def get_moves_back(self, decision):
        """Return the moves of a decision's return that are of its order."""
        return self._filter(self._back, decision)

    def _filter(self, by_picking, decision):
        moves = by_picking.get(decision.picking_id, self.env["stock.move"])
        return moves.filtered(
            lambda move: move.sale_line_id.order_id == decision.sale_order_id
        )

    def get(self, decision):
        """Yield (sold line, what left of it at most in its unit, moves).

        What is claimed by an invoice that counts is left out, but where it is to be
        billed again. The parts of a kit say nothing of how many kits there are.
        """
        yield from self._get_lines(self.get_moves(decision), decision)

    def get_returned(self, decision):
        """Yield (sold line, what came back at most in its unit, moves).

        Of a delivery that was lowered once it was billed: what did not leave after all.
        """
        if decision._get_kind() == "lowered":
            yield from self._get_lowered(decision)
        else:
            yield from self._get_lines(self.get_moves_back(decision), decision)

    def _get_lowered(self, decision):
        for line, own in self.get_moves(decision).grouped("sale_line_id").items():
            missing = sum(
                move.product_uom._compute_quantity(
                    max(self._claimed.get(move.id, 0.0) - move.quantity, 0.0),
                    line[SOLD_UNIT],
                    round=False,
                )
                for move in own
            )
            is_kit = any(move.product_id != line.product_id for move in own)
            yield line, float("inf") if is_kit and missing else missing, own

    def _get_lines(self, moves, decision):
        for line, own in moves.grouped("sale_line_id").items():
            is_kit = any(move.product_id != line.product_id for move in own)
            limit = sum(self._get_new(move, line, decision) for move in own)
            if is_kit:
                limit = float("inf") if limit else 0.0
            yield line, limit, own

    def _get_new(self, move, line, decision):
        claimed = self._claimed.get(move.id, 0.0)
        new = move.quantity if decision.origin_id else move.quantity - claimed
        return move.product_uom._compute_quantity(
            max(new, 0.0), line[SOLD_UNIT], round=False
        )

    def get_shares(self, planned):
        """Yield (move, its share of a planned line's quantity); they sum up to 1."""
        moves, line = planned.moves, planned.line
        if any(move.product_id != line.product_id for move in moves):
            for number, move in enumerate(moves):
                yield move, 0.0 if number else 1.0
            return
        total = sum(moves.mapped("quantity"))
        for number, move in enumerate(moves):
            if float_compare(total, 0, precision_digits=6) > 0:
                yield move, move.quantity / total
            else:
                yield move, 0.0 if number else 1.0
