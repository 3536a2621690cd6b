from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Sending to couriers has logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("send_deliveries", "Send Deliveries")],
        ondelete={"send_deliveries": "cascade"},
    )
