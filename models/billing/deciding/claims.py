"""Which goods are claimed by invoices that count, and what the next claims are."""


class Claims:
    """Numbers the claims of goods, so that the database can refuse a second one.

    :param moves: `stock.move` whose goods are going to be claimed
    """

    def __init__(self, moves):
        self._parts = {}  # id of a move → how often it is claimed
        self._moved = {}  # id of a move → how much of it is claimed
        lines = moves.env["billing.decision.line"].search_fetch(
            [("stock_move_id", "in", moves.ids), ("is_live", "=", True)],
            ["stock_move_id", "part", "moved_quantity"],
            order="part",
        )
        for line in lines:
            self._parts[line.stock_move_id.id] = line.part + 1
            self._moved[line.stock_move_id.id] = line.moved_quantity

    def get_free(self, move):
        """Return how much of a move no claim is about, in its unit."""
        return max(move.quantity - self._moved.get(move.id, 0.0), 0.0)

    def claim(self, move, quantity=None):
        """Return the values of a claim of a move.

        :param quantity: how much of it, in its unit; None for all that left
        """
        part = self._parts.get(move.id, 0)
        moved = move.quantity
        if quantity is not None:
            moved = min(self._moved.get(move.id, 0.0) + quantity, moved)
        self._parts[move.id], self._moved[move.id] = part + 1, moved
        return {"stock_move_id": move.id, "part": part, "moved_quantity": moved}
