from odoo import fields, models

from ...models.shared.selections import selection_of


class BillingNoteFeedback(models.TransientModel):
    """*Wrong*: what was not right about notes."""

    _name = "billing.note.feedback"
    _description = "What Was Wrong with a Note"
    _inherit = ["integration.entry.mixin"]

    note_ids = fields.Many2many(
        "billing.note",
        string="Notes",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    cause = fields.Selection(
        selection=selection_of("billing.note", "feedback_cause"),
        string="What Was Wrong",
        required=True,
    )
    note = fields.Char()

    def action_wrong(self):
        """Say that they were wrong."""
        self.ensure_one()
        self.note_ids.give_feedback("wrong", self.cause, self.note)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
