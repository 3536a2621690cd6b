from odoo import fields, models


class DeliveryCarrier(models.Model):
    """Couriers of a CoopCycle instance."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("coopcycle", "CoopCycle")],
        ondelete={
            "coopcycle": lambda carriers: carriers.write(
                {"delivery_type": "fixed", "fixed_price": 0}
            )
        },
    )
    coopcycle_connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        ondelete="restrict",
        check_company=True,
    )
