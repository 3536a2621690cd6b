from odoo import fields, models

from ..billing_dispatch import CHANNELS


class ResPartner(models.Model):
    """How a customer's invoices go there."""

    _inherit = "res.partner"

    billing_channel = fields.Selection(
        CHANNELS,
        "Invoices Go By",
        help="Empty: as the company above it has it, else as our company does.",
    )
