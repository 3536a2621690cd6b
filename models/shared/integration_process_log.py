from datetime import timedelta

from odoo import _, api, fields, models

from .opening import open_named
from .running import Lock, Transaction

RETENTION_PARAMETER = "coopcycle_magento.log_retention_days"
DEFAULT_DAYS = 90
CHUNK = 1000


class IntegrationProcessLog(models.Model):
    """One run of an operation: who or what started it, and how it ended (UTC)."""

    _name = "integration.process.log"
    _inherit = ["integration.guard.mixin"]
    _description = "Process Log"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    # Each feature adds what it runs
    operation = fields.Selection([], required=True, readonly=True)
    trigger = fields.Selection(
        [("user", "User"), ("schedule", "Schedule")],
        "Started By",
        required=True,
        readonly=True,
        default="user",
    )
    user_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    started_at = fields.Datetime(
        "Started", readonly=True, default=lambda self: fields.Datetime.now()
    )
    ended_at = fields.Datetime("Ended", readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Done with Failures"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    line_ids = fields.One2many("integration.process.log.line", "log_id", "Lines")
    line_count = fields.Integer(compute="_compute_line_count")
    done_count = fields.Integer("Done", readonly=True)
    failed_count = fields.Integer("Failed", readonly=True)

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["integration.process.log.line"]._read_group(
                [("log_id", "in", self.ids)], ["log_id"], ["__count"]
            )
        )
        for log in self:
            log.line_count = counts.get(log, 0)

    @api.model
    def _start(self, record, operation, *, trigger="user"):
        """Open the log of one run.

        :param record: what the run works on; it has a `company_id`
        :param str operation: a value of the field `operation`
        :return: the `integration.process.log`, elevated: users only read logs
        """
        return self.sudo().create(
            {
                "name": record.display_name,
                "operation": operation,
                "trigger": trigger,
                "company_id": record.company_id.id,
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def _add_lines(self, messages, level="info"):
        """Append what happened.

        :param messages: list of (message, record or None)
        :param str level: "info", "warning" or "error"
        """
        self.ensure_one()
        self.env["integration.process.log.line"].create(
            [
                {
                    "log_id": self.id,
                    "level": level,
                    "message": message,
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                }
                for message, record in messages
            ]
        )

    def _end(self, state):
        """Close the run as "done", "partial" or "failed"."""
        self.write({"state": state, "ended_at": fields.Datetime.now()})

    @api.model
    def _find_running(self, record, operation):
        """Return the logs of an operation on a record that have not ended."""
        return self.search(
            [
                ("state", "=", "running"),
                ("operation", "=", operation),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )

    def _end_interrupted(self):
        """End the logs of runs that were killed, which hold no lock any more."""
        for log in self.filtered(lambda log: not Lock(log, "run").is_taken()):
            log._add_lines([(_("This run was interrupted."), None)], level="warning")
            log._end("failed")

    def action_open_record(self):
        """Open what the run is about."""
        self.ensure_one()
        return open_named(self)

    # Cleaning up what nobody looks at any more

    @api.autovacuum
    def _gc_old_logs(self):
        """Delete old logs, in chunks that are committed."""
        before = self._get_retention_limit()
        if not before:
            return
        old = [("started_at", "<", before), ("state", "!=", "running")]
        while logs := self.sudo().search(old, limit=CHUNK, order="id"):
            logs.line_ids.unlink()
            logs.unlink()
            Transaction(self.env).commit()

    @api.model
    def _get_retention_limit(self):
        """Return before when (UTC) nothing is kept, None if all is."""
        days = self._get_retention_days()
        return fields.Datetime.now() - timedelta(days=days) if days else None

    @api.model
    def _get_retention_days(self):
        """Return for how many days logs are kept, 0 for ever."""
        parameters = self.env["ir.config_parameter"].sudo()
        days = parameters.get_param(RETENTION_PARAMETER, DEFAULT_DAYS)
        return int(days) if str(days).isdecimal() else 0
