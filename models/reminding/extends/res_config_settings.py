from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whether, and how, the company reminds its customers."""

    _inherit = "res.config.settings"

    billing_remind = fields.Selection(
        related="company_id.billing_remind", readonly=False, required=True
    )
    billing_bank_days = fields.Integer(
        related="company_id.billing_bank_days", readonly=False
    )
    billing_sent_since = fields.Date(
        related="company_id.billing_sent_since", readonly=False
    )
    billing_collector_id = fields.Many2one(
        related="company_id.billing_collector_id", readonly=False
    )
