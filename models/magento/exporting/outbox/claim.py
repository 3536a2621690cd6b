"""Taking documents, so that nobody else sends them."""

import logging

import psycopg2

from odoo import _, fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from .....tools.magento.amounts import is_id
from ....shared.running import Transaction, is_conflict
from ..couriers.parcel import NotYet, Unsendable

_logger = logging.getLogger(__name__)


class Claim:
    """Takes batches of what is due: one document of each order, the oldest first.

    The rule is looked at again, as it may have changed since the document was made.
    """

    def __init__(self, run):
        self.run = run
        self.env = run.env
        self.documents = self.env["magento.document"]

    def take(self, size, only):
        """Take a batch, and write down what will be sent of it.

        :param only: documents of which alone to take
        :return: {document: its `Item`s}, empty if nothing is due
        """
        while ids := self._lock(size, only):
            parcels = self._check(self.documents.browse(ids))
            if parcels:
                self._mark_as_sending(parcels)
                return parcels
        return {}

    def _check(self, documents):
        """Return what can be sent; the others get a reason why not."""
        courier, parcels = self.run.courier, {}
        courier.load(documents)
        for document in documents:
            try:
                self._check_order_id(document)
                courier.check(document)
                parcels[document] = courier.get_items(document)
            except NotYet as reason:
                is_news = document.waiting_reason != str(reason)
                document.write({"sync_state": "waiting", "waiting_reason": str(reason)})
                if is_news:
                    text = f"{document.display_name}: {reason}"
                    self.run.log._add_lines([(text, document)])
            except Unsendable as refusal:
                self.run.record.give_up(document, refusal.code, str(refusal))
            except psycopg2.Error:
                raise
            except Exception as error:  # the other documents go on
                if not isinstance(error, UserError):
                    _logger.exception("%s cannot be prepared", document)
                self.run.record.give_up(document, "not_prepared", str(error))
        return parcels

    def _lock(self, size, only):
        """Return the ids of documents that are due, and lock them.

        A later document of an order waits until the earlier ones are through.
        """
        self.env.flush_all()
        if only is None:
            due = SQL("document.next_attempt_at <= %s", fields.Datetime.now())
        else:
            due = SQL("document.id = ANY(%s)", only.ids)
        query = SQL(
            """
            SELECT document.id
              FROM magento_document AS document
             WHERE document.connection_id = %(connection)s
               AND document.kind = %(kind)s
               AND document.direction = 'push'
               AND document.sync_state = 'pending'
               AND %(due)s
               AND NOT EXISTS (
                    SELECT FROM magento_document AS other
                     WHERE other.sale_order_id = document.sale_order_id
                       AND other.direction = 'push'
                       AND (
                            other.sync_state IN ('sending', 'unknown')
                            OR (
                                other.sync_state = 'pending'
                                AND other.kind = document.kind
                                AND other.id < document.id
                            )
                       )
               )
             ORDER BY document.next_attempt_at, document.id
             LIMIT %(size)s
               FOR UPDATE SKIP LOCKED
            """,
            connection=self.run.connection.id,
            kind=self.run.courier.kind,
            due=due,
            size=size,
        )
        self.env.cr.execute(query, log_exceptions=False)
        return [row[0] for row in self.env.cr.fetchall()]

    def _mark_as_sending(self, parcels):
        run, now = self.run, fields.Datetime.now()
        self._begin_sending(self.documents.union(*parcels))
        lease = fields.Datetime.add(now, seconds=run.operation._get_lease())
        self.documents.union(*parcels).line_ids.unlink()
        for document, items in parcels.items():
            document.write(
                {
                    "run_id": run.log.id,
                    "lease_until": lease,
                    "last_attempt_at": now,
                    "sent_at": False,
                    "waiting_reason": False,
                    "payload": run.courier.get_body(document, items),
                }
            )
        run.adoption.add_lines(parcels)

    def begin(self, ids):
        """Write down that documents are sent now: what is not, was never sent.

        :param ids: of documents that were taken
        :return: those of them that no other run has taken meanwhile
        """
        query = SQL(
            """
            UPDATE magento_document
               SET sent_at = %s, kill_count = 0
             WHERE id = ANY(%s) AND sync_state = 'sending' AND run_id = %s
         RETURNING id
            """,
            fields.Datetime.now(),
            list(ids),
            self.run.log.id,
        )
        try:
            self.env.cr.execute(query, log_exceptions=False)
            begun = [row[0] for row in self.env.cr.fetchall()]
        except psycopg2.OperationalError as error:
            if not is_conflict(error):
                raise
            Transaction(self.env).rollback()
            return []
        self.documents.browse(begun).invalidate_recordset(["sent_at", "kill_count"])
        Transaction(self.env).commit()
        return begun

    def _begin_sending(self, documents):
        """Move documents on; another process may have one of the same order under way.

        :raise psycopg2.errors.UniqueViolation: it has; that is no error for the log
        """
        documents.flush_recordset()
        query = SQL(
            "UPDATE magento_document SET sync_state = 'sending' WHERE id = ANY(%s)",
            documents.ids,
        )
        self.env.cr.execute(query, log_exceptions=False)
        documents.invalidate_recordset(["sync_state"])

    def _check_order_id(self, document):
        """Check that Magento can have the order.

        :raise Unsendable: its id is none
        """
        if not is_id(document.sale_order_id.magento_order_id or ""):
            raise Unsendable(
                "path_invalid",
                _(
                    "The order's ID in Magento is none that Magento gives. Resolution:"
                    " find out who has changed it."
                ),
            )
