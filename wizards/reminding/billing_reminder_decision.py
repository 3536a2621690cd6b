from odoo import api, fields, models


class BillingReminderDecision(models.TransientModel):
    """*Hold*, *Release* and *Cancel*: what a person decides of reminders, and why."""

    _name = "billing.reminder.decision"
    _description = "Decision on a Reminder"
    _inherit = ["integration.entry.mixin"]

    reminder_ids = fields.Many2many(
        "billing.reminder",
        string="Reminders",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    kind = fields.Selection(
        [("hold", "Hold"), ("release", "Release"), ("cancel", "Cancel")],
        required=True,
        default="hold",
    )
    hold_reason = fields.Text(compute="_compute_hold_reason", string="What Holds It")
    reason = fields.Char(required=True)

    @api.depends("reminder_ids")
    def _compute_hold_reason(self):
        for decision in self:
            reasons = decision.reminder_ids.mapped("hold_reason")
            decision.hold_reason = "\n".join(filter(None, reasons))

    def action_decide(self):
        """Do what was decided."""
        self.ensure_one()
        decide = {
            "hold": self.reminder_ids.hold,
            "release": self.reminder_ids.release,
            "cancel": self.reminder_ids.cancel,
        }[self.kind]
        decide(self.reason)
        return {"type": "ir.actions.act_window_close"}
