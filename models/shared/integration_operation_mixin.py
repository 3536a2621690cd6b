from datetime import timedelta

from odoo import _, fields, models

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
# So many runs that fail one after the other are no chance
FAILURES_TO_TELL = 3


class IntegrationOperationMixin(models.AbstractModel):
    """One kind of work that runs again and again: how it went last (UTC).

    While nothing gets through it pauses, longer each time, and somebody is told once.
    """

    _name = "integration.operation.mixin"
    _description = "Operation"
    _inherit = ["integration.runner.mixin", "integration.guard.mixin"]

    is_scheduled = fields.Boolean(
        "By Schedule",
        default=True,
        help="Whether the scheduled action runs this operation for this connection.",
    )
    last_run_at = fields.Datetime("Last Run", readonly=True)
    last_success_at = fields.Datetime("Last Success", readonly=True)
    last_error = fields.Text(readonly=True)
    paused_until = fields.Datetime(
        readonly=True, help="Nothing gets through; it is tried again then (UTC)."
    )
    pause_reason = fields.Text(readonly=True)
    trip_count = fields.Integer(
        readonly=True, help="How often it was paused since something got through."
    )
    failed_run_count = fields.Integer(
        "Failed Runs", readonly=True, help="How many runs failed one after the other."
    )
    alert_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    # What a model fills in

    def _get_label(self):
        """Return what users call this operation."""
        return self.display_name

    def _get_alerted_user(self):
        """Return who is told when it pauses: `res.users`, of one or none."""
        raise NotImplementedError

    # Runs

    def _open_log(self, trigger):
        self.last_run_at = fields.Datetime.now()
        return super()._open_log(trigger)

    def _write_success(self, log):
        res = super()._write_success(log)
        self.write(
            {
                "last_success_at": fields.Datetime.now(),
                "last_error": False,
                "failed_run_count": 0,
            }
        )
        if self.alert_id and not self.paused_until:
            self._settle_alert(_("It went through again."))
        return res

    def _write_failure(self, log, text):
        self.last_error = text
        self.failed_run_count += 1
        return super()._write_failure(log, text)

    def _tell_failure(self, error, text):
        """Tell whoever is responsible, once: of what passes by itself, not at once."""
        res = super()._tell_failure(error, text)
        is_due = self.failed_run_count >= FAILURES_TO_TELL
        if not self.alert_id and (is_due or not self._may_pass(error)):
            self.alert_id = self._get_log_record()._integration_ask(
                self._get_alerted_user(), _("%s failed", self._get_label()), text
            )
        return res

    def _may_pass(self, error):
        """Say whether an error is one that the next run may not meet again."""
        return bool(self._get_failure_text(error))

    # Pauses

    def _is_paused(self):
        """Say whether nothing gets through, and it is too early to try again."""
        return bool(self.paused_until) and self.paused_until > fields.Datetime.now()

    def _pause(self, reason):
        """Pause, or stay paused for longer; the first time somebody is told.

        :param str reason: what a user reads
        """
        count = self.trip_count + 1
        # More doublings than these are beyond the longest pause
        pause = min(FIRST_PAUSE * 2 ** min(count - 1, 10), LONGEST_PAUSE)
        self.write(
            {
                "trip_count": count,
                "paused_until": fields.Datetime.now() + pause,
                "pause_reason": reason,
            }
        )
        if count == 1 and not self.alert_id:
            self.alert_id = self._get_log_record()._integration_ask(
                self._get_alerted_user(),
                _("%s is paused", self._get_label()),
                reason,
            )

    def _resume(self, feedback):
        """Go on after a pause.

        :param str feedback: what is said to whoever was told of the pause
        """
        self.write({"trip_count": 0, "paused_until": False, "pause_reason": False})
        self._settle_alert(feedback)

    def _settle_alert(self, feedback):
        """Say that it goes on; newer versions keep what was done, and the next is new.

        :param str feedback: what is said to whoever was told
        """
        self.alert_id.action_feedback(feedback=feedback)
        self.alert_id = False
