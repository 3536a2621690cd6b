from odoo import fields, models


class ResCompany(models.Model):
    """How labour of service orders is listed."""

    _inherit = "res.company"

    billing_labour_lines = fields.Selection(
        [("day", "Technician and Day"), ("order", "Service Order")],
        "One Line of Labour for Each",
        required=True,
        default="day",
    )
    billing_attach_report = fields.Boolean(
        "Service Report with the Invoice",
        help="The printed report goes with the invoices that are sent.",
    )
