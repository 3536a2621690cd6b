from odoo import fields, models

from .billing_operation import OPERATIONS


class IntegrationProcessLog(models.Model):
    """Automatic billing has logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=OPERATIONS, ondelete={code: "cascade" for code, _ in OPERATIONS}
    )
