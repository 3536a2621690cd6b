from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How the company's invoices go to customers."""

    _inherit = "res.config.settings"

    billing_channel = fields.Selection(
        related="company_id.billing_channel", readonly=False, required=True
    )
