"""Finding out what became of documents that were sent without a proper answer."""

from datetime import timedelta

from odoo import _, fields
from odoo.tools import float_compare

from .....tools.magento import MagentoError
from ....shared.running import Lock
from ..couriers.parcel import Item

# Between the clocks of Odoo and Magento
SKEW = timedelta(minutes=10)
# So many documents that could not be looked for, and the rest waits for the next run
FAILURES_TO_STOP = 3


class Unknown:
    """Looks such documents up in Magento before anything is sent again.

    Magento finishes its work after the caller hangs up, so one that is absent counts as
    not made only when some time has passed.
    """

    def __init__(self, run):
        self.run = run
        self.env = run.env
        self.documents = self.env["magento.document"]

    def settle(self, only=None):
        """Find the documents of this kind whose outcome is unknown.

        :param only: these documents alone
        """
        self.run.in_transaction(self._take_over)
        domain = [*self._domain(), ("sync_state", "=", "unknown")]
        if only is not None:
            domain.append(("id", "in", only.ids))
        size = self.run.connection.batch_size
        unknown = self.documents.search(domain, order="unknown_since, id", limit=size)
        if not unknown:
            return
        # What Magento makes after this moment is not seen
        looked_at = fields.Datetime.now()
        try:
            found, remotes = self._look_up(unknown)
        except MagentoError as error:
            self.run.record.log_failure(error)
            return
        seen = self.documents.union(*found)
        self.run.in_transaction(self._decide, seen, found, looked_at, lock=seen)
        self.run.in_transaction(self.run.fill, remotes)

    def _domain(self):
        return [
            ("connection_id", "=", self.run.connection.id),
            ("kind", "=", self.run.courier.kind),
            ("direction", "=", "push"),
        ]

    def _take_over(self):
        """Find documents that a process was sending when it died."""
        sending = self.documents.search(
            [
                *self._domain(),
                ("sync_state", "=", "sending"),
                ("run_id", "!=", self.run.log.id),
            ]
        )
        now = fields.Datetime.now()
        dead = {run for run in sending.run_id if not Lock(run, "run").is_taken()}
        orphans = sending.filtered(
            lambda doc: not doc.run_id or doc.run_id in dead or doc.lease_until < now
        )
        sent = orphans.filtered("sent_at")
        self.run.record.set_unknown(sent)
        self.run.record.put_back_unsent(orphans - sent)

    def _look_up(self, unknown):
        """Look for documents, as many as the shop answers for.

        :return: ({document: its `Remote`, None if there is none}, all `Remote`s of
            those orders)
        """
        found, failures = {}, 0
        remotes, lost = self.run.look(unknown)
        for error in lost.values():
            self.run.record.log_failure(error)
        with self.run.connection._get_client() as client:
            tied = self.run.adoption.find_known(remotes)
            for document in unknown - self.documents.union(*lost):
                free = [
                    remote
                    for remote in remotes
                    if remote.order_id == document.sale_order_id.magento_order_id
                    and remote.magento_id not in tied
                ]
                try:
                    found[document] = self._find(client, document, free)
                except MagentoError as error:
                    self.run.record.log_failure(error)
                    failures += 1
                    if failures == FAILURES_TO_STOP:
                        break
        return found, remotes

    def _find(self, client, document, remotes):
        """Return which of Magento's documents is the one that was sent, if any.

        One that has the key is; else one that is alike, made by nobody else.
        """
        alike = None
        for remote in remotes:
            comments = self.run.courier.read_comments(client, remote)
            if self.run.courier.is_same(document, remote, comments):
                return remote
            if not alike and self._is_alike(document, remote):
                keys = [_key_in(comment) for comment in comments]
                if not self.documents.search_count([("key", "in", keys)], limit=1):
                    alike = remote
        return alike

    def _is_alike(self, document, remote):
        """Say whether items and time fit, where there is no key to tell."""
        if not self.run.courier.has_items or not document.line_ids:
            return False
        if remote.created_at < document.last_attempt_at - SKEW:
            return False
        return all(
            float_compare(
                line.quantity,
                float(remote.items.get(line.order_item_id, 0)),
                precision_digits=4,
            )
            == 0
            for line in document.line_ids
        )

    def _decide(self, unknown, found, looked_at):
        """Take over what was found; count an attempt for what is absent for good.

        Another run may have done so meanwhile, and be sending a document again.
        """
        settling = timedelta(seconds=self.run.connection.settling_seconds)
        unknown = unknown.exists().filtered(lambda doc: doc.sync_state == "unknown")
        for document in unknown:
            if found[document]:
                items = [
                    Item(line.order_item_id, line.quantity, line.sale_line_id.id)
                    for line in document.line_ids
                ]
                self.run.adoption.tie_to(document, found[document], items)
            elif document.unknown_since + settling <= looked_at:
                text = _("It was sent without an answer, and Magento does not have it.")
                self.run.record.fail(document, "absent", text)


def _key_in(comment):
    """Return what stands in brackets at the end of a comment."""
    return comment.rpartition("[")[2].rstrip("] \n")
