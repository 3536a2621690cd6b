from datetime import timedelta

from odoo import _, api, fields, models

from .running.transaction import commit

RETENTION_PARAMETER = "coopcycle_magento.log_retention_days"
DEFAULT_DAYS = 90
CHUNK = 1000


class IntegrationProcessLog(models.Model):
    """One run of an operation: who or what started it, and how it ended (UTC)."""

    _name = "integration.process.log"
    _description = "Process Log"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    operation = fields.Selection(
        [
            ("import_invoices", "Import Invoices"),
            ("undo_import", "Undo Import"),
            ("import_orders", "Import Orders"),
            ("import_shipments", "Import Shipments"),
            ("import_credit_memos", "Import Credit Memos"),
            ("export_invoices", "Export Invoice Information"),
            ("export_shipments", "Export Shipment Information"),
            ("export_credit_memos", "Export Credit Memos"),
            ("export_cancellations", "Export Cancellations"),
        ],
        required=True,
        readonly=True,
    )
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

    def _summarize(self, result):
        """Write down how many orders had which fate.

        :param result: a `PageResult`
        """
        self.done_count = result.created + result.changed
        self.failed_count = result.failed
        text = _(
            "%(created)s orders came in, %(changed)s changed, %(failed)s wait with an"
            " error, %(left_out)s were left out by the rules, %(unchanged)s had not"
            " changed.",
            **vars(result),
        )
        self._add_lines([(text, None)])

    def _end(self, state):
        """Close the run as "done", "partial" or "failed"."""
        self.write({"state": state, "ended_at": fields.Datetime.now()})

    def action_open_record(self):
        """Open what the run is about."""
        self.ensure_one()
        return open_record(self)

    # Cleaning up what nobody looks at any more

    @api.autovacuum
    def _gc_old_logs(self):
        """Delete old logs, and empty the payloads of documents that ended as long ago.

        Payloads hold names and addresses. Both go in chunks, each committed.
        """
        days = self._get_retention_days()
        if not days:
            return
        before = fields.Datetime.now() - timedelta(days=days)
        old = [("started_at", "<", before), ("state", "!=", "running")]
        while logs := self.sudo().search(old, limit=CHUNK, order="id"):
            logs.line_ids.unlink()
            logs.unlink()
            commit(self.env)
        documents = self.env["magento.document"].sudo()
        finished = [
            ("write_date", "<", before),
            ("sync_state", "in", ("done", "skipped")),
            ("has_payload", "=", True),
        ]
        while batch := documents.search(finished, limit=CHUNK, order="id"):
            batch.payload = False
            self.env.flush_all()
            commit(self.env)

    @api.model
    def _get_retention_days(self):
        """Return for how many days logs are kept, 0 for ever."""
        parameters = self.env["ir.config_parameter"].sudo()
        days = parameters.get_param(RETENTION_PARAMETER, DEFAULT_DAYS)
        return int(days) if str(days).isdecimal() else 0


def open_record(owner):
    """Return the action that opens the record which a log or a line names."""
    return {
        "type": "ir.actions.act_window",
        "res_model": owner.res_model,
        "res_id": owner.res_id,
        "view_mode": "form",
    }
