from odoo import _, models
from odoo.tools import format_datetime


class MagentoOperation(models.Model):
    """An operation's line on the board."""

    _inherit = "magento.operation"

    def _get_board(self):
        """Return {"code", "label", "state", "text"}."""
        if self.paused_until:
            state = "paused"
            text = _("Paused until %s", self._format_time(self.paused_until))
        elif self.last_error:
            state = "failing"
            text = _("Failed %s", self._format_time(self.last_run_at))
        elif self.last_success_at:
            state, text = "done", self._format_time(self.last_success_at)
        else:
            state, text = "never", _("Never run")
        last = self.last_success_at
        title = _("Last success: %s", self._format_time(last) if last else _("never"))
        return {
            "code": self.code,
            "label": self._get_label(),
            "state": state,
            "text": text,
            "title": title,
            "scheduled": self.is_scheduled,
        }

    def _format_time(self, moment):
        return format_datetime(self.env, moment, dt_format="short")
