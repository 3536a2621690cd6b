from odoo import fields, models

from ...models.shared.notifying import RELOAD
from ...models.shared.selections import selection_of


class BillingFeedback(models.TransientModel):
    """*Wrong*: what was not right about decisions."""

    _name = "billing.feedback"
    _description = "What Was Wrong with Decisions"
    _inherit = ["billing.chosen.mixin"]

    cause = fields.Selection(
        selection=selection_of("billing.decision", "feedback_cause"),
        string="What Was Wrong",
        required=True,
    )
    note = fields.Char()

    def action_wrong(self):
        """Say that they were wrong."""
        self.ensure_one()
        self.decision_ids.give_feedback("wrong", self.cause, self.note)
        return RELOAD
