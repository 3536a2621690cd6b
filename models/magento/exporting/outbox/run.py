"""One run of an export: claim, look, send, record, until nothing is left."""

import time

from .....tools.magento import (
    Job,
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoUnknownOutcome,
    may_be_of_one,
    send_all,
)
from ....shared.integration_runner_mixin import SECONDS_PER_RUN
from ....shared.running import Transaction
from .adoption import Adoption
from .breaker import Breaker
from .claim import Claim
from .record import Record
from .unknown import Unknown

# So many documents without a proper answer, and the shop itself is looked at
UNANSWERED_TO_PROBE = 3
# What another run may have written just before: one of the same order under way, or
# the same document of Magento tied
UNIQUE = ("magento_document_one_under_way", "magento_document_magento_id_unique")
# The orders of a batch are named in one address
LARGEST_BATCH = 200


class ExportRun:
    """Sends the documents of one courier.

    :param operation: the `magento.operation`, elevated, in its company
    :param log: the `integration.process.log` of the run
    :param courier: the kind of documents, such as `Invoices`
    :param float deadline: `time.monotonic()` after which nothing is sent, None for none
    """

    def __init__(self, operation, log, courier, deadline):
        self.operation = operation
        self.connection = operation.connection_id
        self.env = operation.env
        self.log = log
        self.courier = courier
        self.deadline = deadline
        self.batch_deadline = None
        self.documents = self.env["magento.document"]
        self.breaker = Breaker(operation, courier.list_path)
        self.adoption = Adoption(courier)
        self.claim = Claim(self)
        self.record = Record(self)
        self.unknown = Unknown(self)

    def run(self, only=None):
        """Send what is due.

        :param only: send these documents alone, now
        """
        self._open_clients(1)  # settings that are missing are told before a claim
        if not self._may_begin(is_asked_for=only is not None):
            self.record.log_pause()
            return
        self.unknown.settle(only)
        self._read_back()
        goes_on = True
        while goes_on and not self._is_over():
            # Others may take what this run is still sending when its lease has ended
            self.batch_deadline = time.monotonic() + SECONDS_PER_RUN
            # One document tries out whether the way is free again
            size = self.connection.batch_size
            size = 1 if self.breaker.is_open else min(size, LARGEST_BATCH)
            parcels = self.in_transaction(self.claim.take, size, only)
            if not parcels:
                self.in_transaction(self.breaker.close_if_idle, lock=self.operation)
                return
            if only is not None:
                only -= self.documents.union(
                    *parcels
                )  # nobody waits for a second attempt
            goes_on = self._export(parcels)
            self.env.invalidate_all()  # memory must not grow with the queue

    def in_transaction(self, step, *args, lock=None):
        return Transaction(self.env).do(step, *args, lock=lock, indexes=UNIQUE)

    def _may_begin(self, is_asked_for):
        """Say whether the operation may go on, if need be by a probe."""
        if not self.breaker.needs_probe(is_asked_for):
            return not self.breaker.is_open
        error = self.breaker.probe()
        if error:
            self.in_transaction(self.breaker.open, error, lock=self.operation)
        return not error

    def _is_over(self):
        return self.deadline is not None and time.monotonic() > self.deadline

    def _is_batch_over(self):
        return self._is_over() or time.monotonic() > self.batch_deadline

    def _export(self, parcels):
        """Send a batch, but for what Magento has already.

        :param parcels: {document: its `Item`s}
        :return: whether the run goes on
        """
        documents = self.documents.union(*parcels)
        try:
            remotes, lost = self.look(documents)
            parcels = {doc: parcels[doc] for doc in documents if doc not in lost}
            self.in_transaction(self.record.lost, lost)
            left = self.in_transaction(self._adopt, parcels, remotes)
            jobs = self._make_jobs(left)
            clients = self._open_clients(len(jobs))
        except MagentoError as error:
            self.in_transaction(self.record.put_back, documents)
            self._stop(error)
            return False
        except Exception:
            Transaction(self.env).rollback()
            self.in_transaction(self.record.put_back, documents.exists())
            raise
        outcomes = self._send(clients, jobs)
        outcomes |= self._send_again(jobs, outcomes, left)
        self.in_transaction(self.record.outcomes, jobs, outcomes)
        self._read_back()
        return self._update_breaker(outcomes)

    def _send(self, clients, jobs):
        """Send jobs, each noted before it is begun.

        :return: {number of the job: `Outcome`}
        """
        self.operation._commit()  # nothing is held while Magento works
        return send_all(clients, jobs, self._is_batch_over, self.claim.begin)

    def _send_again(self, jobs, outcomes, parcels):
        """Send once more at once what was refused for the sake of another, perhaps.

        Two shipments of the same products may be in each other's way in the shop's
        database. It is looked first whether they are there after all.

        :param parcels: {document: the `Item`s that were sent}
        """
        if not self.courier.sends_again:
            return {}
        refused = [job.number for job in jobs if _is_refused(outcomes.get(job.number))]
        documents = self.documents.browse(refused)
        if not documents:
            return {}
        try:
            remotes = self._list_of_orders(documents)
            wanted = {document: parcels[document] for document in documents}
            left = self.in_transaction(self._adopt, wanted, remotes)
            jobs = self._make_jobs(left)
            return self._send(self._open_clients(len(jobs)), jobs)
        except MagentoError:
            return {}  # then it was refused

    def _make_jobs(self, documents):
        return [
            Job(
                document.id,
                self.courier.get_path(document),
                document.payload,
                answer=self.courier.answer,
                fallbacks=tuple(self.courier.get_fallbacks(document)),
            )
            for document in documents
        ]

    def look(self, documents):
        """Return what Magento has already on the orders of documents.

        Where the shop fails at what one of these orders has, the others are looked at
        without it.

        :return: (the `Remote`s, {document: the error that is met at its order})
        :raise MagentoError: the shop does not answer at all
        """
        try:
            return self._list_of_orders(documents), {}
        except MagentoError as error:
            if not may_be_of_one(error) or self.breaker.probe():
                raise
        remotes, lost = [], {}
        for document in documents:
            try:
                remotes += self._list_of_orders(document)
            except MagentoError as error:
                if not may_be_of_one(error):
                    raise
                lost[document] = error
        return remotes, lost

    def _list_of_orders(self, documents):
        order_ids = documents.mapped("sale_order_id.magento_order_id")
        with self.connection._get_client() as client:
            return self.courier.list_of_orders(client, order_ids)

    def _adopt(self, parcels, remotes):
        """Take over what the shop made itself.

        :return: {document that is left to send: its `Item`s}
        """
        left = self.adoption.adopt(parcels, remotes)
        for document, items in left.items():
            is_less = items != parcels[document]
            if is_less or self.courier.depends_on_remotes:
                document.payload = self.courier.get_body(document, items)
            if is_less:
                self.adoption.add_lines({document: items})
        self.fill(remotes)
        return left

    def fill(self, remotes):
        """Write down how documents look in Magento, those of which nobody did yet.

        :param remotes: the `Remote`s
        """
        if not self.courier.reads_back:
            return
        known = self.adoption.find_known(remotes)
        self.record.fill(
            {
                known[remote.magento_id]: remote
                for remote in remotes
                if remote.magento_id in known
                and not known[remote.magento_id].increment_id
            }
        )

    def _read_back(self):
        """Read the amounts and numbers of what was made, all at once.

        What an earlier run could not read is read as well.
        """
        if not self.courier.reads_back:
            return
        done = self.documents.search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.courier.kind),
                ("direction", "=", "push"),
                ("sync_state", "=", "done"),
                ("increment_id", "=", False),
            ],
            limit=self.connection.batch_size,
        )
        if not done:
            return
        try:
            with self.connection._get_client() as client:
                remotes = self.courier.list_by_ids(client, done.mapped("magento_id"))
        except MagentoError as error:
            self.record.log_failure(error)
            return
        self.in_transaction(self.fill, remotes, lock=done)

    def _open_clients(self, most):
        count = min(most, self.connection.parallel_requests)
        return [self.connection._get_client() for _number in range(count)]

    def _update_breaker(self, outcomes):
        """Open the breaker where nothing gets through, else close it.

        :return: whether the run goes on
        """
        errors = {
            number: outcome.error
            for number, outcome in outcomes.items()
            if outcome.error is not None
        }
        for error in errors.values():
            if isinstance(error, MagentoPermissionError):
                self._stop(error)
                return False
        kinds = (MagentoConnectionError, MagentoUnknownOutcome)
        unanswered = [e for e in errors.values() if isinstance(e, kinds)]
        not_through = [
            number
            for number, error in errors.items()
            if isinstance(error, MagentoConnectionError)
        ]
        if not_through or len(unanswered) >= UNANSWERED_TO_PROBE:
            if error := self.breaker.probe():
                self._stop(error)
                return False
            documents = self.documents.browse(not_through)
            self.in_transaction(
                self.record.count_not_through, documents, errors, lock=documents
            )
        elif outcomes:
            self.in_transaction(self.breaker.close, lock=self.operation)
        return True

    def _stop(self, error):
        """Pause the operation: there is no way to the shop, or no right to go it."""
        self.in_transaction(self.breaker.open, error, lock=self.operation)
        self.record.log_failure(error)
        self.operation._commit()


def _is_refused(outcome):
    """Say whether the shop refused to do it, which may be for a reason that passes."""
    error = outcome and outcome.error
    return isinstance(error, MagentoDocumentError) and error.status == 400
