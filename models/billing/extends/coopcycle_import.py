from odoo import fields, models

from ..capturing import Capture


class CoopcycleImport(models.Model):
    """The drafts of an imported file may be taken further by a policy."""

    _inherit = "coopcycle.import"

    def _finish(self, log_sudo):
        res = super()._finish(log_sudo)
        Capture(self.env).try_record("import", self._billing_get_events)
        return res

    def _billing_get_events(self):
        """Return an event for each draft, if some policy may want it."""
        company, now = self.company_id, fields.Datetime.now()
        if not self.env["billing.policy"]._is_wanted(company, "import", now):
            return []
        return [move._billing_get_import_event(now) for move in self.move_ids.sudo()]
