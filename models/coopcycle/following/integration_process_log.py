from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Following deliveries has logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("follow_deliveries", "Follow Deliveries")],
        ondelete={"follow_deliveries": "cascade"},
    )
