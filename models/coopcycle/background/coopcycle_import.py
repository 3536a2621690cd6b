import logging
import time

import psycopg2

from odoo import SUPERUSER_ID, _, api, models
from odoo.exceptions import UserError

from ...shared.integration_runner_mixin import SECONDS_PER_RUN
from ...shared.running import Transaction
from ..coopcycle_import import LockedError

_logger = logging.getLogger(__name__)

# Lines that one commit holds: about four seconds of work
LINES_PER_BATCH = 2000


class CoopcycleImport(models.Model):
    """The part of an import that runs in the background, in batches, resumable."""

    _inherit = "coopcycle.import"

    @api.model
    def _trigger_background(self):
        self.env.ref("coopcycle_magento.ir_cron_run_imports")._trigger()

    @api.model
    def _cron_run_imports(self):
        """Run the imports that wait or were interrupted. Never raises."""
        deadline = time.monotonic() + SECONDS_PER_RUN
        waiting = self.search([("state", "in", ("queued", "running"))], order="id")
        for import_ in waiting:
            import_._run_as_its_user(deadline)
            if time.monotonic() > deadline:
                self._trigger_background()
                return

    def _run_as_its_user(self, deadline):
        """Run with the rights, language and time zone of who imports."""
        user = self.user_id
        if not user.active and user.id != SUPERUSER_ID:
            self._abandon(_("The user %s is archived.", user.name))
            return
        importer = self.with_user(user).with_company(self.company_id)
        importer.with_context(lang=user.lang, tz=user.tz)._run_in_background(deadline)

    def _run_in_background(self, deadline):
        """Check everything, then write batch by batch, each in its own transaction.

        What an earlier run wrote is known by its External ID, so one that was killed
        is simply run again.

        :param float deadline: `time.monotonic()` after which no batch is begun
        """
        try:
            self._run(deadline)
        except (psycopg2.OperationalError, LockedError) as error:
            # Somebody else works on it, or on the same records: a later run goes on
            _logger.info("Import %s is left to a later run: %s", self.id, error)
            Transaction(self.env).rollback()
        except UserError as error:
            self.sudo()._abandon(str(error))
        except Exception as error:
            _logger.exception("Import %s failed", self.id)
            self.sudo()._abandon(str(error))

    def _run(self, deadline):
        plans = self._in_transaction(self._prepare_run)
        if plans is None:
            return
        to_update = [plan for plan in plans if plan.move]
        to_create = [plan for plan in plans if not plan.move]
        for number, batch in enumerate(_batches(to_create)):
            self._in_transaction(self._run_batch, batch)
            if number == 0:
                self._in_transaction(self._refresh_statistics)
            if time.monotonic() > deadline:
                return
        self._in_transaction(self._end_run, to_update)

    def _abandon(self, error):
        """End an import that cannot go on. With sudo: its user may have lost rights."""
        try:
            self._in_transaction(self._fail, error)
        except LockedError as locked:
            _logger.info("Import %s is left to a later run: %s", self.id, locked)
        except Exception:  # the scheduler must go on with the other imports
            _logger.exception("Import %s could not be cleaned up", self.id)
            Transaction(self.env).rollback()

    def _in_transaction(self, step, *args):
        """Do a step wholly or not at all, and commit it."""
        result = Transaction(self.env).do_once(self._do_locked, step, args)
        self.env.invalidate_all()  # memory must not grow with the file
        return result

    def _do_locked(self, step, args):
        self._lock()
        return step(*args)

    def _prepare_run(self):
        """Check the whole file before the first invoice is written.

        :return: the plans that are left to write, or None where nothing may be
        """
        check = self._check_file(current_import=self)
        if not check.to_write:
            self._take_over(check)
            self._fail(
                _("The file no longer fits what is in Odoo; see the findings below.")
            )
            return None
        if self.state == "queued":
            self._take_over(check)
            self.sudo().state = "running"
            self._get_log("schedule")
        written = set(self.move_ids.mapped("coopcycle_external_id"))
        plans = [plan for plan in check.to_write if plan.external_id not in written]
        self._create_missing(plans)
        return plans

    def _run_batch(self, plans):
        self._write_batch(plans, self._get_log("schedule"))

    def _refresh_statistics(self):
        """Let PostgreSQL know that the table has grown.

        After an undo it may believe it to be empty still, and would read it whole for
        each line.
        """
        self.env.cr.execute("ANALYZE account_move_line")

    def _end_run(self, to_update):
        """Update drafts last: with a failure before, they stay as they were."""
        log_sudo = self._get_log("schedule")
        if to_update:
            self._write_batch(to_update, log_sudo)
        self._finish(log_sudo)
        self._notify_user(
            _(
                "%(invoices)s invoices were imported from %(file)s.",
                invoices=self.move_count,
                file=self.file_name,
            )
        )

    def _fail(self, error):
        """Remove this import's drafts and say why."""
        self._delete_drafts()
        self.sudo().write({"state": "failed", "error": error, "done_line_count": 0})
        log_sudo = self._get_log("schedule")
        log_sudo._add_lines([(error, self)], level="error")
        log_sudo._end("failed")
        self._notify_user(
            _(
                "The import of %(file)s failed and left no invoices behind: %(error)s",
                file=self.file_name,
                error=error,
            )
        )

    def _notify_user(self, text):
        """Send the note that an import in the background has ended."""
        partner = self.user_id.partner_id
        self.sudo().message_post(
            body=text,
            partner_ids=partner.ids,
            author_id=self.env.ref("base.partner_root").id,
        )
        self.env["bus.bus"]._sendone(
            partner,
            "simple_notification",
            {"title": self.display_name, "message": text},
        )


def _batches(plans):
    """Yield lists of whole invoices with about `LINES_PER_BATCH` lines."""
    batch, lines = [], 0
    for plan in plans:
        batch.append(plan)
        lines += len(plan.lines)
        if lines >= LINES_PER_BATCH:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch
