from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Fetching from CoopCycle has logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("fetch_invoices", "Fetch Invoices")],
        ondelete={"fetch_invoices": "cascade"},
    )
