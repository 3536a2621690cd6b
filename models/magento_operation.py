import logging
import time
from contextlib import contextmanager

import psycopg2

from odoo import _, api, fields, models, modules, tools
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from ..tools.magento import MagentoError
from .magento_messages import MagentoMessages

_logger = logging.getLogger(__name__)

# A web request and a scheduled action are killed after 120 seconds by default
SECONDS_PER_RUN = 60

# Tells this addon's locks of PostgreSQL from those of others
LOCK_SPACE = 0x4D474E54


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
        [("import_orders", "Import Orders")], "Operation", required=True, readonly=True
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
            if self._can_commit():
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
        with operation._alone():
            operation._close_interrupted_logs()
            log = self.env["integration.process.log"]._start(
                operation.connection_id, self.code, trigger=trigger
            )
            operation.last_run_at = fields.Datetime.now()
            operation._commit()
            try:
                getattr(operation, f"_run_{self.code}")(log, deadline, **options)
            except MagentoError as error:
                operation._fail(log, MagentoMessages(self.env).text(error))
            except psycopg2.OperationalError:
                if not self._can_commit():
                    raise
                self.env.cr.rollback()
                operation._fail(
                    log, _("Somebody else was writing the same records; tried again.")
                )
            except Exception as error:
                if not self._can_commit():
                    raise
                _logger.exception("%s of %s", self.code, operation.connection_id.name)
                self.env.cr.rollback()
                operation._fail(log, str(error))
            else:
                operation._succeed(log)
            operation._commit()
        return log.sudo(False)

    def _fail(self, log, text):
        log._add_lines([(text, self.connection_id)], level="error")
        log._end("failed")
        self.last_error = text

    def _succeed(self, log):
        failed = log.failed_count
        log._end("partial" if failed else "done")
        self.write({"last_success_at": fields.Datetime.now(), "last_error": False})

    def _close_interrupted_logs(self):
        """End the logs of runs that were killed: no other run can be under way."""
        logs = self.env["integration.process.log"].search(
            [
                ("state", "=", "running"),
                ("operation", "=", self.code),
                ("res_model", "=", "magento.connection"),
                ("res_id", "=", self.connection_id.id),
            ]
        )
        for log in logs:
            log._add_lines([(_("This run was interrupted."), None)], level="warning")
            log._end("failed")

    @contextmanager
    def _alone(self):
        """Let nobody else run this operation meanwhile, over all commits.

        :raise BusyError: somebody else does
        """
        key = SQL("%s, %s", LOCK_SPACE, self.id)
        # A new snapshot: what another run wrote just before must be seen.
        self._commit()
        self.env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", key))
        if not self.env.cr.fetchone()[0]:
            raise BusyError(
                _(
                    "“%(operation)s” is running for %(connection)s already."
                    " Resolution: wait until it has ended; see the process logs.",
                    operation=self._get_label(),
                    connection=self.connection_id.name,
                )
            )
        self._commit()
        try:
            yield
        except Exception:
            if self._can_commit():
                self.env.cr.rollback()  # else the lock could not be given back
            raise
        finally:
            self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s)", key))

    def _get_label(self):
        return dict(self._fields["code"]._description_selection(self.env))[self.code]

    def _commit(self):
        """Make what was done so far last, unless a test runs within a transaction."""
        if self._can_commit():
            self.env.cr.commit()  # pylint: disable=invalid-commit  # one whole step

    @staticmethod
    def _can_commit():
        return not tools.config["test_enable"] and not modules.module.current_test

    @api.depends("code", "connection_id.name")
    def _compute_display_name(self):
        for operation in self:
            name = operation.connection_id.name
            operation.display_name = f"{operation._get_label()} ({name})"

    def action_run(self):
        """Run this operation now."""
        return self.connection_id._run_and_show(self.code)
