from odoo import fields, models

from ...shared.selections import selection_of


class ResCompany(models.Model):
    """How a company's invoices go to customers who wish nothing else."""

    _inherit = "res.company"

    billing_channel = fields.Selection(
        selection_of("billing.dispatch", "channel"),
        "Invoices Go By",
        required=True,
        default="email",
    )
    billing_attach_xml = fields.Boolean("Electronic Invoice")
    billing_attach_slips = fields.Boolean("Delivery Slips")
    billing_letters = fields.Boolean("Letters by Odoo", default=True)
    billing_show_link = fields.Boolean("Payment Link", default=True)
