"""Writing down what came of documents."""

import json
import logging
from datetime import timedelta

import psycopg2

from odoo import _, fields

from .....tools.magento import (
    MagentoConnectionError,
    MagentoPermissionError,
    MagentoUnknownOutcome,
)
from ....shared.attempts import PAUSES, pause_after
from ...connection.magento_messages import MagentoMessages

_logger = logging.getLogger(__name__)

ON_THE_WAY = ("sending", "unknown")
NOT_SENDING = {
    "run_id": False,
    "lease_until": False,
    "unknown_since": False,
    "sent_at": False,
}
# Whatever ended the process so often, it is no chance
KILLS_TO_TELL = 10
NO_ERROR = {"error_code": False, "last_error": False, "waiting_reason": False}


class Record:
    """Moves documents on after they were sent, looked up or refused."""

    def __init__(self, run):
        self.run = run
        self.env = run.env
        self.log = run.log
        self.documents = self.env["magento.document"]

    def outcomes(self, jobs, outcomes):
        """Write down the answers to a batch.

        :param jobs: the `Job`s, whose numbers are those of the documents
        :param outcomes: {number: `Outcome`}; what is missing was not sent
        """
        done = {}
        documents = self.documents.browse([job.number for job in jobs])
        there = documents.exists()
        for document, job in zip(documents, jobs, strict=True):
            if document not in there:
                continue  # all of it is in documents that others have made
            outcome = outcomes.get(job.number)
            if document.sync_state not in ON_THE_WAY:
                continue
            is_mine = document.run_id in (self.log, self.log.browse())
            if not is_mine and not (outcome and outcome.magento_id):
                continue  # another run took it over, and is sending it now
            if outcome is None or isinstance(outcome.error, MagentoPermissionError):
                self.put_back(document)
            elif outcome.error is None:
                done[document] = outcome.magento_id
            elif isinstance(outcome.error, MagentoConnectionError):
                self.put_back(document, wait=PAUSES[0])
            elif isinstance(outcome.error, MagentoUnknownOutcome):
                self._set_unknown(document, outcome.error)
            else:
                self._refused(document, job, outcome.error)
        self._set_done(done)

    def _set_done(self, done):
        """Write down which document of Magento each one is.

        :param done: {document: Magento id}
        """
        known = self.documents._get_by_magento_ids(
            self.run.connection,
            self.run.courier.kind,
            {
                magento_id: document.sale_order_id.magento_order_id
                for document, magento_id in done.items()
                if magento_id
            },
        )
        for document, magento_id in done.items():
            if magento_id in known:
                # It came in by another way meanwhile
                document.line_ids.document_id = known[magento_id]
                document.unlink()
                continue
            document._update_state(
                ON_THE_WAY,
                "done",
                magento_id=magento_id or False,
                **NOT_SENDING,
                **NO_ERROR,
            )
        if not self.run.courier.reads_back:
            finished = self.documents.union(*done).exists()
            self._announce(finished)

    def put_back(self, documents, wait=timedelta()):
        """Let documents be sent again, without an attempt: nothing was done."""
        documents._update_state(
            ON_THE_WAY,
            "pending",
            next_attempt_at=fields.Datetime.now() + wait,
            **NOT_SENDING,
        )

    def put_back_unsent(self, documents):
        """Let documents be sent whose process died before it sent them.

        That costs them no attempt; who dies again and again is told of.
        """
        self.put_back(documents)
        for document in documents:
            document.kill_count += 1
            if document.kill_count % KILLS_TO_TELL == 0:
                text = _(
                    "Odoo's process ended %s times before it was sent. Resolution: see"
                    " in the server's log what ends it, such as a limit of memory or"
                    " time.",
                    document.kill_count,
                )
                document.last_error = text
                self._add_line(f"{document.display_name}: {text}", document, "error")
                self._ask_somebody(document, text)

    def set_unknown(self, documents):
        """Write down that nobody knows what became of documents."""
        documents._update_state(
            ("sending",),
            "unknown",
            unknown_since=fields.Datetime.now(),
            run_id=False,
            lease_until=False,
        )

    def _set_unknown(self, document, error):
        text = MagentoMessages(self.env).text(error)
        self.set_unknown(document)
        document.write({"error_code": error.code, "last_error": text})
        message = _(
            "%(document)s was sent, and no proper answer came: %(error)s It is looked"
            " for in Magento before it is sent again.",
            document=document.display_name,
            error=text,
        )
        self._add_line(message, document, "warning")

    def _refused(self, document, job, error):
        courier = self.run.courier
        text = MagentoMessages(self.env).text(error, document._get_remedy(error))
        if reason := courier.get_reason_to_wait(document, text):
            document.write(
                {"sync_state": "waiting", "waiting_reason": reason, **NOT_SENDING}
            )
            self._add_line(f"{document.display_name}: {reason}", document, "warning")
            return
        message = _(
            "%(document)s was refused. %(error)s\nRequest: POST %(path)s %(body)s",
            document=document.display_name,
            error=text,
            path=job.path,
            body=json.dumps(job.body, ensure_ascii=False),
        )
        self.fail(document, error.code, text, message)

    def fail(self, document, code, text, message=None):
        """Count an attempt; after the last one somebody has to look at it.

        :param str code: for grouping by cause
        :param str text: what went wrong
        :param str message: the same for the log, with the request
        """
        attempts = document.attempt_count + 1
        allowed = self.run.connection.attempts_allowed
        is_last = attempts >= allowed
        pause = pause_after(attempts)
        document.write(
            {
                "sync_state": "skipped" if is_last else "pending",
                "attempt_count": attempts,
                "next_attempt_at": fields.Datetime.now() + pause,
                "error_code": code,
                "last_error": text,
                "trip_count": 0,
                **NOT_SENDING,
            }
        )
        self._add_line(message or f"{document.display_name}: {text}", document, "error")
        self.log.failed_count += 1
        if is_last:
            self._ask_somebody(document, text)

    def lost(self, errors):
        """Count an attempt for documents of whose orders the shop gives no list.

        :param errors: {document: what the shop's list of its order ends with}
        """
        for document, error in errors.items():
            self.fail(document, error.code, MagentoMessages(self.env).text(error))

    def give_up(self, document, code, text):
        """Skip a document that cannot be sent as it is; Magento was asked nothing."""
        document.write(
            {"sync_state": "skipped", "error_code": code, "last_error": text}
        )
        self._add_line(f"{document.display_name}: {text}", document, "warning")

    def _ask_somebody(self, document, text):
        document._integration_ask(
            document._get_responsible(),
            _("%s did not get into Magento", document.display_name),
            text,
        )

    def count_not_through(self, documents, errors):
        """Note that nothing got through for documents although the shop is there.

        Once may be chance; the second time it is the document's fault.

        :param errors: {id of a document: what it met}
        """
        for document in documents.filtered(lambda doc: doc.sync_state == "pending"):
            if document.trip_count:
                text = _("Nothing gets through for this document, but for others.")
                self.fail(document, "not_through", text)
            else:
                error = errors[document.id]
                text = MagentoMessages(self.env).text(error)
                document.write(
                    {"trip_count": 1, "error_code": error.code, "last_error": text}
                )
                self._add_line(f"{document.display_name}: {text}", document, "warning")

    def fill(self, remotes):
        """Write down how documents look in Magento, and tell it on the invoices.

        :param remotes: {document: its `Remote`}
        """
        if not remotes:
            return
        courier = self.run.courier
        courier.warm_up(self.documents.union(*remotes))
        for document, remote in remotes.items():
            try:
                compared = self._compare(document, remote)
            except psycopg2.Error:
                raise
            except Exception as error:  # the other documents go on
                _logger.exception("%s cannot be compared", document)
                text = _("It could not be compared: %s", error)
                compared = {"difference_cause": text}
            document.write({**document._prepare_remote(remote), **compared})
        filled = self.documents.union(*remotes)
        self._announce(filled)

    def _compare(self, document, remote):
        """Return the values that say how a document differs from Magento's."""
        courier = self.run.courier
        total = courier.get_total(document)
        if total is None:
            total = float(remote.total)
        return {
            "currency_id": courier.get_currency(document).id,
            "odoo_total": total,
            "difference": round(float(remote.total) - total, 6),
            "difference_cause": courier.get_quantity_cause(document, remote)
            or courier.get_difference_cause(document, remote)
            or False,
        }

    def _announce(self, documents):
        """Say in the log and on the records that documents are in Magento now.

        Those that another record has joined are news to that one alone.
        """
        joined, courier = self.run.adoption.joined, self.run.courier
        news = {
            document: joined.pop(document, None) or courier.get_records(document)
            for document in documents
        }
        self.log._add_lines(
            [(self._success_text(*each), each[0]) for each in news.items()]
        )
        self.log.done_count += len(documents)
        courier.write_notes(news)
        for document, records in news.items():
            self._warn_of_changes(document, records)

    def _warn_of_changes(self, document, records):
        """Tell who undid in Odoo what was on its way to Magento."""
        for record in records:
            reason = record._magento_get_reason(
                record._magento_get_ready_conditions(document.kind)
            )
            if reason:
                message = _(
                    "%(document)s got into Magento, but was changed in Odoo meanwhile:"
                    " %(reason)s Resolution: do the same in Magento, or undo the change"
                    " here.",
                    document=document.display_name,
                    reason=reason,
                )
                self._add_line(message, document, "warning")
                record._message_log(body=message)

    def _success_text(self, document, records):
        if not self.run.courier.reads_back:
            template = _("%(document)s of %(source)s is in Magento.")
        elif document.is_adopted:
            template = _(
                "%(document)s of %(source)s was in Magento already: %(number)s"
            )
        else:
            template = _("%(document)s of %(source)s is in Magento: %(number)s")
        return template % {
            "document": dict(
                document._fields["kind"]._description_selection(document.env)
            )[document.kind],
            "source": ", ".join(
                (records or document._get_source()).mapped("display_name")
            ),
            "number": document.increment_id,
        }

    def log_pause(self):
        """Say in the log that the operation rests."""
        operation = self.run.operation
        text = _(
            "Paused until %(time)s (UTC): %(reason)s",
            time=operation.paused_until,
            reason=operation.pause_reason,
        )
        self._add_line(text, None, "warning")

    def log_failure(self, error):
        """Write the error that stops the run into the log."""
        text = MagentoMessages(self.env).text(error)
        self._add_line(text, None, "error")
        self.log.failed_count += 1

    def _add_line(self, message, record, level):
        self.log._add_lines([(message, record)], level=level)
