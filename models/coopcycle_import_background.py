import logging
import time

import psycopg2

from odoo import _, api, models, modules, tools
from odoo.exceptions import UserError

from .coopcycle_import import LockedError

_logger = logging.getLogger(__name__)

# Lines that one commit holds: about two seconds of work
LINES_PER_BATCH = 500

# A scheduled action is killed after 120 seconds by default; ours goes on in a new one
SECONDS_PER_RUN = 60


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
            user = import_.user_id
            importer = import_.with_user(user).with_company(import_.company_id)
            importer.with_context(lang=user.lang, tz=user.tz)._run_in_background(
                deadline
            )
            if time.monotonic() > deadline:
                self._trigger_background()
                return

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
            if self._can_commit():
                self.env.cr.rollback()
        except UserError as error:
            self.sudo()._abandon(str(error))
        except Exception as error:
            _logger.exception("Import %s failed", self.id)
            self.sudo()._abandon(str(error))

    def _run(self, deadline):
        plans = self._in_transaction(self._prepare_run)
        if plans is None:
            return
        for number, batch in enumerate(_batches(plans)):
            self._in_transaction(self._run_batch, batch)
            if number == 0:
                # After an undo PostgreSQL may believe the table to be empty still, and
                # would read it whole for each line
                self.env.cr.execute("ANALYZE account_move_line")
            if time.monotonic() > deadline:
                return
        self._in_transaction(self._end_run)

    def _abandon(self, error):
        """End an import that cannot go on. With sudo: its user may have lost rights."""
        try:
            self._in_transaction(self._fail, error)
        except Exception:  # the scheduler must go on with the other imports
            _logger.exception("Import %s could not be cleaned up", self.id)
            if self._can_commit():
                self.env.cr.rollback()

    def _in_transaction(self, step, *args):
        """Do a step wholly or not at all, and commit it."""
        with self.env.cr.savepoint():
            self._lock()
            result = step(*args)
        if self._can_commit():
            self.env.cr.commit()  # pylint: disable=invalid-commit  # one whole batch
        self.env.invalidate_all()  # memory must not grow with the file
        return result

    @staticmethod
    def _can_commit():
        """Say whether this is a real run: a test must stay within its transaction."""
        return not tools.config["test_enable"] and not modules.module.current_test

    def _prepare_run(self):
        """Check the whole file before the first invoice is written.

        :return: the plans that are left to write, or None where nothing may be
        """
        check = self._check_file(current_import=self)
        # A run that was killed may have updated all drafts already
        is_written = self.updated_move_ids and all(
            plan.external_id in check.unchanged for plan in check.plans
        )
        if not check.to_write and not is_written:
            self._take_over(check)
            self._fail(
                _("The file no longer fits what is in Odoo; see the findings below.")
            )
            return None
        if self.state == "queued":
            self._take_over(check)
            self.state = "running"
            self._get_log("schedule")
        written = set(self.move_ids.mapped("coopcycle_external_id"))
        plans = [plan for plan in check.to_write if plan.external_id not in written]
        self._create_missing(plans)
        return plans

    def _run_batch(self, plans):
        self._write_batch(plans, self._get_log("schedule"))

    def _end_run(self):
        self._finish(self._get_log("schedule"))
        self._tell_user(
            _(
                "%(invoices)s invoices were imported from %(file)s.",
                invoices=self.move_count,
                file=self.file_name,
            )
        )

    def _fail(self, error):
        """Remove this import's drafts and say why."""
        self._delete_drafts()
        self.write({"state": "failed", "error": error, "done_line_count": 0})
        log = self._get_log("schedule")
        log._add_lines([(error, self)], level="error")
        log._end("failed")
        self._tell_user(
            _(
                "The import of %(file)s failed and left no invoices behind: %(error)s",
                file=self.file_name,
                error=error,
            )
        )

    def _tell_user(self, text):
        """Send the note that an import in the background has ended."""
        partner = self.user_id.partner_id
        self.message_post(
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
