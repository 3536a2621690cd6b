from odoo import _, api, models

from ..shared.timeline import REMINDED, Entry


class IntegrationTimeline(models.AbstractModel):
    """Of which invoices the customer was reminded."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        lines = story.invoices.billing_reminder_line_ids.filtered(
            lambda line: line.level and line.reminder_id.sent_at
        )
        for line in lines:
            reminder = line.reminder_id
            entries.append(
                Entry(
                    reminder.sent_at,
                    REMINDED,
                    _("Reminded at level %s", line.level),
                    reminder,
                    who=reminder.user_id.name,
                    note=reminder.recipient,
                )
            )
        return entries
