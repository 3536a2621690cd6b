from odoo import fields, models


class IntegrationProcessLog(models.Model):
    """Imports of CoopCycle's files have logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[
            ("import_invoices", "Import Invoices"),
            ("undo_import", "Undo Import"),
        ],
        ondelete={"import_invoices": "cascade", "undo_import": "cascade"},
    )
