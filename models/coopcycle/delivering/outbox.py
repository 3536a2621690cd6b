"""From rows to deliveries in CoopCycle: exactly once, or a clear reason."""

import logging
import time
from datetime import timedelta

import psycopg2

from odoo import _, fields
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ....tools.coopcycle.api import CoopcycleError
from ....tools.coopcycle.api.deliveries import find_deliveries, read_own_store
from ....tools.coopcycle.api.errors import CONNECTION, PERMISSION, UNKNOWN
from ....tools.coopcycle.api.jobs import CancelJob, MakeJob, do_all
from ...shared.attempts import PAUSES
from ...shared.running import Transaction
from ..fetching.coopcycle_messages import CoopcycleMessages

_logger = logging.getLogger(__name__)

BATCH = 100
NOTED_AT_ONCE = 20


class Outbox:
    """One run for an instance, which no other process runs at the same time.

    What says "sending" when it begins is of a run that died.

    :param operation: the `coopcycle.operation`, elevated, in its company
    :param log: the `integration.process.log` of the run
    :param float deadline: `time.monotonic()` after which nothing is sent, None for none
    """

    def __init__(self, operation, log, deadline):
        self.operation = operation
        self.connection = operation.connection_id
        self.env = operation.env
        self.log = log
        self.deadline = deadline
        self.deliveries = self.env["coopcycle.delivery"]
        self.messages = CoopcycleMessages(self.env)
        self.clients = []

    def run(self):
        """Send what is due.

        :return: whether all is sent
        """
        count = self.connection._get_parallel_requests()
        self.clients = [self.connection._get_courier_client() for _each in range(count)]
        self._do(self._take_over)
        if not self._is_reached():
            return True
        self._note()
        while not self._is_over():
            jobs = self._do(self._claim)
            if not jobs:
                return True
            outcomes = self._send(jobs)
            deliveries = self.deliveries.browse([job.number for job in jobs])
            self._do(self._write, deliveries, outcomes, lock=deliveries.exists())
            self._note()
            if not self._goes_on(deliveries, outcomes):
                return True
            self.env.invalidate_all()  # memory must not grow with the queue
        return False

    def _do(self, step, *args, lock=None):
        return Transaction(self.env).do(step, *args, lock=lock)

    def _is_over(self):
        return self.deadline is not None and time.monotonic() > self.deadline

    def _search(self, *domain, **options):
        connection = ("connection_id", "=", self.connection.id)
        return self.deliveries.search([connection, *domain], **options)

    # What earlier runs have left

    def _take_over(self):
        """Find what a run was sending that died."""
        orphans = self._search(("sync_state", "=", "sending"))
        sent = orphans.filtered("sent_at")
        sent._set_unknown(_("Odoo's process ended before CoopCycle's answer came."))
        (orphans - sent)._put_back()

    def _is_reached(self):
        """Look up what became of deliveries, and say whether CoopCycle is there.

        Nothing is sent before all of them are looked for.
        """
        unknown = self._search(("sync_state", "=", "unknown"))
        if not unknown and not self.operation.paused_until:
            return True
        looked_at = fields.Datetime.now()
        try:
            store_id = read_own_store(self.clients[0])
            references = set(unknown.mapped("reference"))
            found = (
                find_deliveries(self.clients[0], store_id, references)
                if unknown
                else {}
            )
        except CoopcycleError as error:
            self._stop(error)
            return False
        self._do(self._settle, unknown, found, looked_at, lock=unknown)
        if self.operation.paused_until:
            feedback = _("CoopCycle is reached again; deliveries are sent.")
            self._do(self.operation._resume, feedback, lock=self.operation)
        return True

    def _settle(self, unknown, found, looked_at):
        """Take over what was found; count an attempt for what is absent for good."""
        settling = self.connection._get_settling_time()
        for delivery in unknown:
            if answer := found.get(delivery.reference):
                self._made(delivery, answer)
            elif delivery.unknown_since + settling <= looked_at:
                text = _("It was sent without an answer, and CoopCycle has it not.")
                self._failed(delivery, "absent", text)

    # What is due

    def _claim(self):
        """Take a batch, and write down what will be sent of it.

        :return: the jobs
        """
        while deliveries := self._lock():
            jobs = []
            for delivery in deliveries:
                if delivery.sync_state == "to_cancel":
                    jobs.append(CancelJob(delivery.id, delivery.coopcycle_id))
                elif body := self._prepare(delivery):
                    jobs.append(MakeJob(delivery.id, delivery.reference, body))
            if jobs:
                return jobs
        return []

    def _lock(self):
        self.env.flush_all()
        query = SQL(
            """
            SELECT id
              FROM coopcycle_delivery
             WHERE connection_id = %s
               AND sync_state IN ('pending', 'to_cancel')
               AND next_attempt_at <= %s
             ORDER BY next_attempt_at, id
             LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            self.connection.id,
            fields.Datetime.now(),
            BATCH,
        )
        self.env.cr.execute(query, log_exceptions=False)
        due = self.deliveries.browse([row[0] for row in self.env.cr.fetchall()])
        due.invalidate_recordset(flush=False)
        return due

    def _prepare(self, delivery):
        """Return the body of a delivery, None if it cannot be sent as it is."""
        try:
            body, slot = delivery._prepare_body()
        except psycopg2.Error:
            raise
        except Exception as error:  # the others go on
            if not isinstance(error, UserError):
                _logger.exception("%s cannot be prepared", delivery)
            delivery._give_up("not_prepared", str(error))
            self._tell_failure(delivery, str(error))
            return None
        delivery.write(
            {
                "sync_state": "sending",
                "run_id": self.log.id,
                "sent_at": False,
                "slot_from": slot.begin,
                "slot_to": slot.end,
            }
        )
        return body

    def _send(self, jobs):
        """Do jobs, each noted before it is begun."""
        self.operation._commit()  # nothing is held while CoopCycle works
        return do_all(self.clients, jobs, self._is_over, self._begin)

    def _begin(self, ids):
        """Write down that deliveries are sent now: what is not, was never sent."""
        query = SQL(
            """
            UPDATE coopcycle_delivery
               SET sent_at = %s
             WHERE id = ANY(%s)
               AND (run_id = %s AND sync_state = 'sending' OR sync_state = 'to_cancel')
         RETURNING id
            """,
            fields.Datetime.now(),
            list(ids),
            self.log.id,
        )
        return self._do(self._fetch_ids, query)

    def _fetch_ids(self, query):
        self.env.cr.execute(query, log_exceptions=False)
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.deliveries.browse(ids).invalidate_recordset(["sent_at"])
        return ids

    # What came of it

    def _write(self, deliveries, outcomes):
        """Write down the answers.

        :param outcomes: {id of the delivery: `Outcome`}; what is missing was not sent
        """
        for delivery in deliveries.exists():
            outcome = outcomes.get(delivery.id)
            if delivery.sync_state == "to_cancel":
                self._write_cancelled(delivery, outcome)
            elif delivery.sync_state == "sending":
                self._write_sent(delivery, outcome)

    def _write_sent(self, delivery, outcome):
        error = outcome and outcome.error
        if outcome is None:
            delivery._put_back()
        elif error is None:
            self._made(delivery, outcome.delivery)
        elif error.scope == UNKNOWN:
            text = self.messages.text(error)
            delivery._set_unknown(text)
            self._tell_failure(delivery, text, "warning")
        elif error.scope in (CONNECTION, PERMISSION):
            delivery._put_back()  # see `_goes_on`
        else:
            self._failed(delivery, error.code, self.messages.text(error))

    def _write_cancelled(self, delivery, outcome):
        """Taking back can be repeated: what has no answer is asked for again."""
        error = outcome and outcome.error
        if outcome is None:
            return
        if error is None or error.code == "not_found":
            delivery._set_cancelled()
            self._tell_done(delivery, _("%s is cancelled.", delivery.display_name))
        elif error.code == "refused":
            text = self.messages.text(error)
            delivery._set_kept(text)
            self._tell_failure(delivery, text)
        elif error.scope == UNKNOWN:
            self._failed(delivery, error.code, self.messages.text(error))

    def _made(self, delivery, answer):
        if other := self._search(("coopcycle_id", "=", answer.id), limit=1):
            text = _(
                "CoopCycle gave it the ID of another delivery, %s. Resolution: find out"
                " there whether it was made.",
                other.display_name,
            )
            delivery._give_up("id_taken", text)
            self._tell_failure(delivery, text)
            return
        delivery._set_made(answer)
        text = _(
            "%(delivery)s is in CoopCycle: %(number)s",
            delivery=delivery.display_name,
            number=delivery._get_tracking_number(),
        )
        self._tell_done(delivery, text)

    def _failed(self, delivery, code, text):
        delivery._fail(code, text)
        self._tell_failure(delivery, text)

    def _tell_done(self, delivery, text):
        self.log._add_lines([(text, delivery)])
        self.log.done_count += 1

    def _tell_failure(self, delivery, text, level="error"):
        line = f"{delivery.display_name}: {text}"
        self.log._add_lines([(line, delivery)], level)
        self.log.failed_count += 1

    def _goes_on(self, deliveries, outcomes):
        """Say whether the run goes on: what did not get through is no request's fault.

        Where CoopCycle is reached all the same, it is, and costs an attempt.
        """
        errors = {
            number: outcome.error
            for number, outcome in outcomes.items()
            if outcome.error and outcome.error.scope in (CONNECTION, PERMISSION)
        }
        if not errors:
            return True
        try:
            read_own_store(self.clients[0])
        except CoopcycleError as error:
            self._stop(error)
            return False
        refused = deliveries.exists().filtered(lambda each: each.id in errors)
        self._do(self._write_not_through, refused, errors, lock=refused)
        return True

    def _write_not_through(self, deliveries, errors):
        for delivery in deliveries:
            error = errors[delivery.id]
            if error.code == "rate_limited":
                wait = timedelta(seconds=error.retry_after or 0)
                delivery._put_back(max(wait, PAUSES[0]))
            elif delivery.sync_state in ("pending", "to_cancel"):
                self._failed(delivery, error.code, self.messages.text(error))

    def _stop(self, error):
        """Pause: there is no way to CoopCycle, or no right to go it."""
        text = self.messages.text(error)
        self._do(self.operation._pause, text, lock=self.operation)
        self.log._add_lines([(text, self.connection)], "error")
        self.log.failed_count += 1
        self.operation._commit()

    # What transfers get of it

    def _note(self):
        """Give transfers what CoopCycle told, many at once where all take it."""
        due = self._search(("is_to_note", "=", True))
        for ids in split_every(NOTED_AT_ONCE, due.ids):
            deliveries = self.deliveries.browse(ids)
            if not self._try_to_note(deliveries):
                for delivery in deliveries:
                    self._try_to_note(delivery)

    def _try_to_note(self, deliveries):
        """Give transfers what CoopCycle told; one that does not take it is told of.

        :return: whether they have it
        """
        try:
            self._do(deliveries._note_on_transfers)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # CoopCycle has it, whatever the transfer takes
            if len(deliveries) == 1:
                _logger.exception("%s: its transfer takes nothing of it", deliveries)
                self._do(self._give_up_noting, deliveries, str(error))
            return False
        return True

    def _give_up_noting(self, delivery, text):
        delivery.write({"is_to_note": False, "is_mail_due": False})
        delivery._ask_somebody(_("What the courier's answer is for went wrong"), text)
        self._tell_failure(delivery, text)
