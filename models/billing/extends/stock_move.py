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
