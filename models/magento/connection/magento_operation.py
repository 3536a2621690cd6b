import logging
import time
from contextlib import contextmanager, nullcontext

import psycopg2

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from ....tools.magento import MagentoError
from ...shared.running.transaction import CONFLICTS, can_commit, commit, in_transaction
from .magento_messages import MagentoMessages

_logger = logging.getLogger(__name__)

# A web request and a scheduled action are killed after 120 seconds by default
SECONDS_PER_RUN = 60

# Tells this addon's locks of PostgreSQL from those of others
LOCK_SPACE = 0x4D474E54
RUN_LOCK_SPACE = LOCK_SPACE + 1
CREATE_LOCK_SPACE = LOCK_SPACE + 2

# Of each of these, one run at a time does all the work of a connection
IMPORTS = (
    "import_orders",
    "import_shipments",
    "import_invoices",
    "import_credit_memos",
)


# How often an import begins where it stopped after another one wrote the same orders
TRIES = 5


class BusyError(UserError):
    """The operation runs already, for the same connection."""


class MagentoOperation(models.Model):
    """One kind of work with one shop: how far it got, and how it went last (UTC)."""

    _name = "magento.operation"
    _description = "Magento Operation"
    _order = "connection_id, id"
    _rec_name = "code"

    connection_id = fields.Many2one(
        "magento.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    code = fields.Selection(
        [
            ("import_orders", "Import Orders"),
            ("import_shipments", "Import Shipments"),
            ("import_invoices", "Import Invoices"),
            ("import_credit_memos", "Import Credit Memos"),
            ("export_invoices", "Export Invoice Information"),
            ("export_shipments", "Export Shipment Information"),
            ("export_credit_memos", "Export Credit Memos"),
            ("export_cancellations", "Export Cancellations"),
        ],
        "Operation",
        required=True,
        readonly=True,
    )
    is_scheduled = fields.Boolean(
        "By Schedule",
        default=True,
        help="Whether the scheduled action runs this operation for this connection.",
    )
    watermark = fields.Datetime(
        "Read Up To",
        readonly=True,
        help="What changed in Magento before this moment was read completely.",
    )
    window_started_at = fields.Datetime(readonly=True)
    cursor = fields.Char(
        readonly=True, help="The last order read of a window that is not finished."
    )
    last_run_at = fields.Datetime("Last Run", readonly=True)
    last_success_at = fields.Datetime("Last Success", readonly=True)
    last_error = fields.Text(readonly=True)
    paused_until = fields.Datetime(
        readonly=True, help="Nothing gets through; it is tried again then (UTC)."
    )
    pause_reason = fields.Text(readonly=True)
    trip_count = fields.Integer(readonly=True)
    is_denied = fields.Boolean(readonly=True, help="A right is missing in Magento.")
    alert_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    _sql_constraints = [
        (
            "code_unique",
            "unique(connection_id, code)",
            "This connection has this operation already.",
        )
    ]

    @api.model
    def _get(self, connection, code):
        """Return the operation of a connection, made if it is its first run."""
        self = self.sudo()
        found = self.search(
            [("connection_id", "=", connection.id), ("code", "=", code)], limit=1
        )
        return found or self.create({"connection_id": connection.id, "code": code})

    @api.model
    def _cron_run(self, code):
        """Run an operation for every connection that schedules it. Never raises."""
        deadline = time.monotonic() + SECONDS_PER_RUN
        for connection in self.env["magento.connection"].search(
            [("active", "=", True)]
        ):
            operation = self._get(connection, code)
            if operation.is_scheduled:
                operation._run_by_schedule(deadline)

    def _run_by_schedule(self, deadline):
        try:
            self._run("schedule", deadline)
        except BusyError:
            _logger.info("%s of %s runs already", self.code, self.connection_id.name)
        except Exception:  # the scheduler must go on with the other connections
            _logger.exception("%s of %s failed", self.code, self.connection_id.name)
            if can_commit():
                self.env.cr.rollback()

    def _run(self, trigger, deadline=None, **options):
        """Do the work, and write down what happened.

        :param str trigger: "user" or "schedule"
        :param float deadline: `time.monotonic()` after which it goes on in the
            background, None for no end
        :return: the `integration.process.log`
        :raise BusyError: the same operation of the same connection is running
        """
        self.ensure_one()
        if deadline is None and request:
            deadline = time.monotonic() + SECONDS_PER_RUN
        operation = self.sudo().with_company(self.company_id)
        with operation._alone() if self.code in IMPORTS else nullcontext():
            return operation._run_with_log(trigger, deadline, options).sudo(False)

    def _run_with_log(self, trigger, deadline, options):
        log = in_transaction(self.env, self._begin, trigger, lock=self)
        with self._releasing(RUN_LOCK_SPACE, log.id):
            try:
                self._do_work(log, deadline, options)
            except MagentoError as error:
                self._fail(log, MagentoMessages(self.env).text(error))
            except UserError as error:  # a setting is missing: no fault of the program
                if can_commit():
                    self.env.cr.rollback()
                self._fail(log, str(error))
            except psycopg2.OperationalError:
                if not can_commit():
                    raise
                self.env.cr.rollback()
                text = _("Somebody else was writing the same records; tried again.")
                self._fail(log, text)
            except Exception as error:
                if not can_commit():
                    raise
                _logger.exception("%s of %s", self.code, self.connection_id.name)
                self.env.cr.rollback()
                self._fail(log, str(error))
            else:
                in_transaction(self.env, self._succeed, log, lock=self)
        return log

    def _do_work(self, log, deadline, options):
        """Do the work; an import goes on where another one wrote the same orders."""
        for attempt in range(1, TRIES + 1):
            try:
                getattr(self, f"_run_{self.code}")(log, deadline, **options)
                return
            except psycopg2.OperationalError as error:
                is_last = attempt == TRIES or self.code not in IMPORTS
                if is_last or error.pgcode not in CONFLICTS or not can_commit():
                    raise
                self.env.cr.rollback()

    def _begin(self, trigger):
        self._close_interrupted_logs()
        self.last_run_at = fields.Datetime.now()
        log = self.env["integration.process.log"]._start(
            self.connection_id, self.code, trigger=trigger
        )
        # Before anybody can see the log, and take its run for a dead one
        self._try_lock(RUN_LOCK_SPACE, log.id)
        return log

    def _fail(self, log, text):
        in_transaction(self.env, self._write_failure, log, text, lock=self)

    def _write_failure(self, log, text):
        log._add_lines([(text, self.connection_id)], level="error")
        log._end("failed")
        self.last_error = text

    def _succeed(self, log):
        log._end("partial" if log.failed_count else "done")
        self.write({"last_success_at": fields.Datetime.now(), "last_error": False})

    def _close_interrupted_logs(self):
        """End the logs of runs that were killed."""
        logs = self.env["integration.process.log"].search(
            [
                ("state", "=", "running"),
                ("operation", "=", self.code),
                ("res_model", "=", "magento.connection"),
                ("res_id", "=", self.connection_id.id),
            ]
        )
        for log in logs.filtered(lambda log: not self._is_running(log)):
            log._add_lines([(_("This run was interrupted."), None)], level="warning")
            log._end("failed")

    def _is_running(self, log):
        """Say whether the process of a run lives: it holds a lock meanwhile."""
        if not self._try_lock(RUN_LOCK_SPACE, log.id):
            return True
        self._unlock(RUN_LOCK_SPACE, log.id)
        return False

    @contextmanager
    def _alone(self):
        """Let nobody else run this operation meanwhile, over all commits.

        :raise BusyError: somebody else does
        """
        with self._holding(LOCK_SPACE, self.id):
            # A new snapshot: what another run wrote just before must be seen.
            self._commit()
            yield

    @contextmanager
    def _holding(self, space, number):
        """Hold a lock of PostgreSQL over all commits; it ends with the process.

        :raise BusyError: somebody else holds it
        """
        if not self._try_lock(space, number):
            raise BusyError(
                _(
                    "“%(operation)s” is running for %(connection)s already."
                    " Resolution: wait until it has ended; see the process logs.",
                    operation=self._get_label(),
                    connection=self.connection_id.name,
                )
            )
        with self._releasing(space, number):
            yield

    @contextmanager
    def _releasing(self, space, number):
        """Give a lock back in the end."""
        try:
            yield
        except Exception:
            if can_commit():
                self.env.cr.rollback()  # else the lock could not be given back
            raise
        finally:
            self._unlock(space, number)

    @contextmanager
    def _in_turn(self, space, number):
        """Wait for a lock, and see what its holder before has written."""
        self._commit()
        self.env.cr.execute(SQL("SELECT pg_advisory_lock(%s, %s)", space, number))
        self._commit()
        try:
            yield
            self._commit()
        finally:
            if can_commit():
                self.env.cr.rollback()  # else the lock could not be given back
            self._unlock(space, number)

    def _try_lock(self, space, number):
        self.env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s, %s)", space, number))
        return self.env.cr.fetchone()[0]

    def _unlock(self, space, number):
        self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", space, number))

    def _is_resting(self):
        """Say whether nothing gets through, and it is too early to try again."""
        return bool(self.paused_until) and self.paused_until > fields.Datetime.now()

    def _get_lease(self):
        """Return the seconds after which whoever sends a document has given up."""
        return SECONDS_PER_RUN + 4 * self.connection_id.timeout + 60

    def _get_label(self):
        return dict(self._fields["code"]._description_selection(self.env))[self.code]

    def _commit(self):
        commit(self.env)

    @api.depends("code", "connection_id.name")
    def _compute_display_name(self):
        for operation in self:
            name = operation.connection_id.name
            operation.display_name = f"{operation._get_label()} ({name})"

    def action_run(self):
        """Run this operation now."""
        return self.connection_id._run_and_show(self.code)
