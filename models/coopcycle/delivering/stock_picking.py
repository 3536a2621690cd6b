from odoo import api, fields, models


class StockPicking(models.Model):
    """A transfer that a courier brings."""

    _inherit = "stock.picking"

    coopcycle_delivery_ids = fields.One2many(
        "coopcycle.delivery", "picking_id", "Courier Deliveries", readonly=True
    )
    coopcycle_delivery_id = fields.Many2one(
        "coopcycle.delivery",
        "Courier Delivery",
        compute="_compute_coopcycle_delivery_id",
    )

    @api.depends("coopcycle_delivery_ids.is_replaced")
    def _compute_coopcycle_delivery_id(self):
        for picking in self:
            picking.coopcycle_delivery_id = picking.coopcycle_delivery_ids.filtered(
                lambda delivery: not delivery.is_replaced
            )[:1]
