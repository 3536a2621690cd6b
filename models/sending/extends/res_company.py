from odoo import fields, models

from ..billing_dispatch import CHANNELS


class ResCompany(models.Model):
    """How a company's invoices go to customers who wish nothing else."""

    _inherit = "res.company"

    billing_channel = fields.Selection(
        CHANNELS, "Invoices Go By", required=True, default="email"
    )
