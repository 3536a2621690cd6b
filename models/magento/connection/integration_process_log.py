from odoo import fields, models

from .magento_operation import OPERATIONS


class IntegrationProcessLog(models.Model):
    """Operations with a shop have logs."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=OPERATIONS, ondelete={code: "cascade" for code, _ in OPERATIONS}
    )
