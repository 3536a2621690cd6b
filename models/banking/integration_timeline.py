from odoo import _, api, models

from ..shared.timeline import PAID, Entry


class IntegrationTimeline(models.AbstractModel):
    """Which lines of the bank were applied to invoices, by whom, and why."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        parts = self.env["billing.match.part"].search(
            [
                ("item_id.move_id", "in", story.invoices.ids),
                ("match_id.state", "=", "applied"),
            ]
        )
        for match in parts.match_id:
            entries.append(
                Entry(
                    match.decided_at,
                    PAID,
                    _("Bank line applied"),
                    match.statement_line_id,
                    who=match.user_id.name,
                    note=" ".join((match.why or "").splitlines()),
                )
            )
        return entries
