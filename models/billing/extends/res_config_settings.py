from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What the company checks before it posts an invoice."""

    _inherit = "res.config.settings"

    billing_check_scope = fields.Selection(
        related="company_id.billing_check_scope", readonly=False
    )
    billing_rate_days = fields.Integer(
        related="company_id.billing_rate_days", readonly=False
    )
    billing_check_vies = fields.Boolean(
        related="company_id.billing_check_vies", readonly=False
    )
