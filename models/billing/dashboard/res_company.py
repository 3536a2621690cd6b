from odoo import fields, models

from ....compat import Constraint


class ResCompany(models.Model):
    """How long people take for what automation does, as the dashboard reckons."""

    _inherit = "res.company"

    billing_minutes_by_hand = fields.Integer(
        "Minutes for an Invoice by Hand",
        default=15,
        help="What each invoice that a policy makes saves.",
    )
    billing_minutes_review = fields.Integer(
        "Minutes for a Review",
        default=5,
        help="What each draft costs that a person looks at, unless it was measured.",
    )

    _billing_minutes_positive = Constraint(
        "CHECK(billing_minutes_by_hand >= 0 AND billing_minutes_review >= 0)",
        "An invoice, and a review, take 0 minutes or more.",
    )
