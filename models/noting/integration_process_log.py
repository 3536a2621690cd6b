from odoo import fields, models

from .billing_operation import OPERATIONS


class IntegrationProcessLog(models.Model):
    """Runs that have notes drafted are logged as the others are."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=OPERATIONS,
        ondelete={code: "cascade" for code, _label in OPERATIONS},
    )
