from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Comparing with CoopCycle has logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("reconcile_coopcycle", "Reconcile with CoopCycle")],
        ondelete={"reconcile_coopcycle": "cascade"},
    )
