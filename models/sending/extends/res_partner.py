from odoo import models


class ResPartner(models.Model):
    """How a customer's invoices go there; empty: as the company above it has it."""

    _name = "res.partner"
    _inherit = ["res.partner", "billing.sending.wish.mixin"]
