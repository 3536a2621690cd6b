from odoo import api, fields, models

from ....compat import Constraint
from ....tools.coopcycle.api import CoopcycleError
from ...shared.running import Lock
from ..fetching.coopcycle_messages import CoopcycleMessages
from .outbox import Outbox

OPERATIONS = [("send_deliveries", "Send Deliveries")]


class CoopcycleOperation(models.Model):
    """One kind of automatic work with an instance, and how it went last (UTC).

    One process at a time does it; what a process that died has left, the next one finds
    as it was.
    """

    _name = "coopcycle.operation"
    _description = "CoopCycle Operation"
    _inherit = ["integration.operation.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "connection_id, id"
    _rec_name = "code"

    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    code = fields.Selection(OPERATIONS, "Operation", required=True, readonly=True)

    _code_unique = Constraint(
        "unique(connection_id, code)", "This instance has this operation already."
    )

    @api.depends("code", "connection_id.name")
    def _compute_display_name(self):
        for operation in self:
            name = operation.connection_id.name
            operation.display_name = f"{operation._get_label()} ({name})"

    def _get_label(self):
        return dict(self._fields["code"]._description_selection(self.env))[self.code]

    @api.model
    def _get(self, connection, code):
        """Return the operation of an instance; what else is pending is committed."""
        with Lock(connection, "operation").in_turn():
            operations_sudo = self.sudo()
            found = operations_sudo.search(
                [("connection_id", "=", connection.id), ("code", "=", code)], limit=1
            )
            return found or operations_sudo.create(
                {"connection_id": connection.id, "code": code}
            )

    @api.model
    def _cron_run(self, code):
        """Run an operation for each instance that has something to do. Never raises."""
        deadline = self._get_deadline()
        connections = getattr(self, f"_find_connections_to_{code}")()
        self._run_each(
            connections.filtered("active"),
            lambda connection: self._get(connection, code)._run("schedule", deadline),
        )

    def _run(self, trigger, deadline=None):
        """Do the work of this operation, and write down what happened.

        :param str trigger: "user" or "schedule"
        :param float deadline: `time.monotonic()` after which a later run goes on
        :raise BusyError: the same is running for the instance
        """
        self.ensure_one()
        if trigger == "schedule" and not self._may_run():
            return
        lang = self.company_id.partner_id.lang or self.env.lang
        operation = self.sudo().with_company(self.company_id)
        with operation.with_context(lang=lang)._alone():
            operation.with_context(lang=lang)._run_logged(trigger, deadline)

    def _may_run(self):
        """Say whether the scheduler runs this now."""
        return self.is_scheduled and not self._is_paused()

    def _do_work(self, log, deadline, **options):
        """Do what the code stands for."""
        getattr(self, f"_run_{self.code}")(log, deadline)

    @api.model
    def _find_connections_to_send_deliveries(self):
        """Return the instances for which something is due, or was left."""
        deliveries = self.env["coopcycle.delivery"].sudo()
        now = fields.Datetime.now()
        domain = [
            "|",
            "|",
            ("sync_state", "in", ("sending", "unknown")),
            ("is_to_note", "=", True),
            "&",
            ("sync_state", "in", ("pending", "to_cancel")),
            ("next_attempt_at", "<=", now),
        ]
        groups = deliveries._read_group(domain, [], ["connection_id:recordset"])
        return groups[0][0]

    def _run_send_deliveries(self, log, deadline):
        if not Outbox(self, log, deadline).run():
            self.env["coopcycle.delivery"]._wake_up()

    def _get_log_operation(self):
        return self.code

    def _get_alerted_user(self):
        return self.connection_id.user_id or self.connection_id.create_uid

    def _is_repeatable(self):
        return True

    def _get_failure_text(self, error):
        if isinstance(error, CoopcycleError):
            return CoopcycleMessages(self.env).text(error)
        return super()._get_failure_text(error)
