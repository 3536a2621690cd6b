from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How the company's invoices go to customers."""

    _inherit = "res.config.settings"

    billing_channel = fields.Selection(
        related="company_id.billing_channel", readonly=False, required=True
    )
    billing_attach_xml = fields.Boolean(
        related="company_id.billing_attach_xml", readonly=False
    )
    billing_attach_slips = fields.Boolean(
        related="company_id.billing_attach_slips", readonly=False
    )
    billing_letters = fields.Boolean(
        related="company_id.billing_letters", readonly=False
    )
    billing_show_link = fields.Boolean(
        related="company_id.billing_show_link", readonly=False
    )
