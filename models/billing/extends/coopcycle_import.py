from odoo import fields, models

from ..capturing import Capture, Event


class CoopcycleImport(models.Model):
    """The drafts of an imported file may be taken further by a policy."""

    _inherit = "coopcycle.import"

    def _finish(self, log_sudo):
        res = super()._finish(log_sudo)
        Capture(self.env).try_record(self._billing_get_events)
        return res

    def _billing_get_events(self):
        """Return an event for each draft, if some policy may want it."""
        company, now = self.company_id, fields.Datetime.now()
        policies = self.env["billing.policy"]
        if not policies._get_wanting(company.id, "import") or not policies._is_wanted(
            company, "import", now
        ):
            return []
        return [
            Event(
                key=f"import:{move.id}",
                event="import",
                company=company,
                at=now,
                move=move,
            )
            for move in self.move_ids.sudo()
        ]
