from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How long people take for what automation does."""

    _inherit = "res.config.settings"

    billing_minutes_by_hand = fields.Integer(
        related="company_id.billing_minutes_by_hand", readonly=False
    )
    billing_minutes_review = fields.Integer(
        related="company_id.billing_minutes_review", readonly=False
    )
