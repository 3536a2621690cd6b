from odoo import fields, models

from ..groups import READERS


class StockMove(models.Model):
    """Goods that left, and what they were billed on."""

    _name = "stock.move"
    _inherit = ["stock.move", "integration.guard.mixin"]

    billing_line_ids = fields.One2many(
        "billing.decision.line",
        "stock_move_id",
        "Billed As",
        readonly=True,
        groups=READERS,
    )

    def _billing_find_done_at_customers(self, place):
        """Return the done moves that have a customer's location for a place.

        :param str place: the field of the place
        """
        # Somebody waits for this: mostly it is all of them, which is seen at once
        places = self.mapped(place)
        customers = places.filtered(lambda location: location.usage == "customer")
        if customers == places and set(self.mapped("state")) <= {"done"}:
            return self
        return self.filtered(
            lambda move: move.state == "done" and move[place] in customers
        )
