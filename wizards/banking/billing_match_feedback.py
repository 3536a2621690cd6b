from odoo import fields, models

from ...models.shared.notifying import RELOAD
from ...models.shared.selections import selection_of


class BillingMatchFeedback(models.TransientModel):
    """*Wrong*: what was not right about what a bank line pays."""

    _name = "billing.match.feedback"
    _description = "What Was Wrong with a Match"
    _inherit = ["integration.entry.mixin"]

    match_ids = fields.Many2many(
        "billing.match",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    cause = fields.Selection(
        selection=selection_of("billing.match", "feedback_cause"),
        string="What Was Wrong",
        required=True,
    )
    note = fields.Char()

    def action_wrong(self):
        """Say that they were wrong."""
        self.ensure_one()
        self.match_ids.give_feedback("wrong", self.cause, self.note)
        return RELOAD
