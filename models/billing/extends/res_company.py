from odoo import fields, models

from ....compat import Constraint


class ResCompany(models.Model):
    """What a company checks before it posts an invoice."""

    _inherit = "res.company"

    billing_check_scope = fields.Selection(
        [("automatic", "Automatic Invoices"), ("all", "All Customer Invoices")],
        "Check Before Posting",
        required=True,
        default="automatic",
    )
    billing_rate_days = fields.Integer("Days of a Rate", default=3)
    billing_check_vies = fields.Boolean("Ask VIES")

    _billing_rate_days_positive = Constraint(
        "CHECK(billing_rate_days >= 0)", "A rate is good for 0 days or more."
    )
