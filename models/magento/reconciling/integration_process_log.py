from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Reconciliations have logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("reconcile", "Reconcile")], ondelete={"reconcile": "cascade"}
    )
