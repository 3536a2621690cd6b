from odoo import fields, models


class ResUsers(models.Model):
    """A technician's van."""

    _inherit = "res.users"

    billing_van_id = fields.Many2one(
        "stock.location",
        "Van",
        domain="[('usage', '=', 'internal')]",
        help="Parts that this technician uses leave from here.",
    )
