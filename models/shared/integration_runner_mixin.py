import logging
import time
from contextlib import contextmanager

import psycopg2

from odoo import _, api, models
from odoo.exceptions import UserError
from odoo.http import request

from .running import Lock, Transaction, is_conflict

_logger = logging.getLogger(__name__)

# A web request and a scheduled action are killed after 120 seconds by default
SECONDS_PER_RUN = 60

# How often work begins where it stopped after another process wrote the same records
TRIES = 5


class BusyError(UserError):
    """Somebody else runs the same already."""


class IntegrationRunnerMixin(models.AbstractModel):
    """What runs step by step: logged, within its time, and ended whatever happens.

    The work commits as it goes. What a failure interrupts is taken back to the last
    commit; then the failure is written down, so that it is never lost with it.
    """

    _name = "integration.runner.mixin"
    _description = "Runner"

    # What a model fills in

    def _do_work(self, log, deadline, **options):
        """Do the work, committing as it goes.

        :param log: the `integration.process.log` of the run
        :param float deadline: `time.monotonic()` after which it leaves the rest to a
            later run, None for never
        :return: False if the log stays open, as a later run goes on with it
        """
        raise NotImplementedError

    def _get_log_operation(self):
        """Return what the log is of: a value of its field `operation`."""
        raise NotImplementedError

    def _get_log_record(self):
        """Return the record that the log is about; it has a `company_id`."""
        return self

    def _get_failure_text(self, error):
        """Return what a user reads of an error that belongs to the work, else "".

        What was written before such an error is kept: the work took care of that.
        """
        return ""

    def _get_busy_text(self):
        """Return what a user reads who runs this while it is running."""
        return _("%s is running already.", self.display_name)

    def _is_repeatable(self):
        """Say whether the work may begin where it stopped, after a conflict."""
        return False

    def _tell_failure(self, error, text):
        """Tell somebody that the work ended with an error, where that is due.

        :param str text: what a user reads of it
        """

    def _write_success(self, log):
        """Write down that the work is done."""
        log._end("partial" if log.failed_count else "done")

    def _write_failure(self, log, text):
        """Write down why the work ended."""
        log._add_lines([(text, self._get_log_record())], level="error")
        log._end("failed")

    # A run

    def _run_logged(self, trigger, deadline=None, **options):
        """Do the work, and write down how it ended.

        :param str trigger: "user" or "schedule"
        :param float deadline: see `_do_work`; a web request has one in any case
        :return: the `integration.process.log`
        """
        self.ensure_one()
        if deadline is None and request:
            deadline = self._get_deadline()
        transaction = Transaction(self.env)
        log = transaction.do(self._begin_run, trigger, lock=self)
        with Lock(log, "run").held():
            try:
                is_over = self._work_on(log, deadline, options)
            except Exception as error:
                text = self._take_back(error)
                transaction.do(self._end_failed, log, error, text, lock=self)
            else:
                if is_over is not False:
                    transaction.do(self._write_success, log, lock=self)
        return log

    def _end_failed(self, log, error, text):
        self._write_failure(log, text)
        self._tell_failure(error, text)

    def _begin_run(self, trigger):
        log = self._open_log(trigger)
        # Before anybody can see the log, and take its run for a dead one
        Lock(log, "run").take()
        return log

    def _open_log(self, trigger):
        """Return the log of this run; those of runs that were killed are ended."""
        logs = self.env["integration.process.log"]
        record, operation = self._get_log_record(), self._get_log_operation()
        logs._find_running(record, operation)._end_interrupted()
        return logs._start(record, operation, trigger=trigger)

    def _work_on(self, log, deadline, options):
        """Do the work; begin where it stopped if others wrote the same records."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._do_work(log, deadline, **options)
            except psycopg2.OperationalError as error:
                is_last = attempt == TRIES or not self._is_repeatable()
                if is_last or not is_conflict(error):
                    raise
                Transaction(self.env).rollback()
        return None

    def _take_back(self, error):
        """Take back what an error has left unfinished.

        :return: what a user reads of it
        """
        transaction = Transaction(self.env)
        if transaction.is_failed():
            transaction.rollback()
        if text := self._get_failure_text(error):
            return text
        transaction.rollback()
        if isinstance(error, UserError):  # a setting is missing: no fault of ours
            return str(error)
        if isinstance(error, psycopg2.OperationalError):
            return _("Somebody else was writing the same records; tried again.")
        _logger.error("%s failed", self.display_name, exc_info=error)
        return str(error)

    @api.model
    def _run_each(self, records, run):
        """Run records one after the other for the scheduler. Never raises.

        :param run: a function of a record; where it fails, the others have their turn
        """
        for record in records:
            try:
                run(record)
            except BusyError:
                _logger.info("%s runs already", record.display_name)
            except Exception as error:
                Transaction(self.env).rollback()
                _logger.error("%s failed", record.display_name, exc_info=error)

    @api.model
    def _get_deadline(self):
        """Return when a run that begins now leaves the rest to a later one."""
        return time.monotonic() + SECONDS_PER_RUN

    @contextmanager
    def _alone(self):
        """Let nobody else run this meanwhile, over all commits.

        :raise BusyError: somebody else does
        """
        lock = Lock(self, "alone")
        if not lock.take():
            raise BusyError(self._get_busy_text())
        with lock.held():
            self._commit()  # a new snapshot: it has what another run just wrote
            yield

    def _commit(self):
        """Make last what was done so far, and see what others did meanwhile."""
        Transaction(self.env).commit()
