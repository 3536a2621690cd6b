from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How service orders are billed."""

    _inherit = "res.config.settings"

    billing_labour_lines = fields.Selection(
        related="company_id.billing_labour_lines", readonly=False, required=True
    )
    billing_attach_report = fields.Boolean(
        related="company_id.billing_attach_report", readonly=False
    )
