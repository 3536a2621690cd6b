from odoo import fields, models

from ...billing.groups import READERS


class ResPartner(models.Model):
    """How a customer pays."""

    _inherit = "res.partner"

    billing_payer_ids = fields.One2many(
        "billing.payer",
        "partner_id",
        "As a Payer",
        groups=READERS,
        copy=False,
    )
