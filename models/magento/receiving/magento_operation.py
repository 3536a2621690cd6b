import time

from odoo import _, fields, models
from odoo.tools import split_every

from ....tools.magento import MagentoConnectionError, MagentoError, SearchCriteria
from ..ordering.importing import WITHOUT_ID, key_of
from ..ordering.magento_operation import LARGEST_FILTER, OVERLAP
from .receivers import CreditMemos, Invoices, ReceivingResult, Shipments


class MagentoOperation(models.Model):
    """Reading what the shop made of its orders: which documents, page by page."""

    _inherit = "magento.operation"

    def _receive(self, receiver, log, deadline, only=None, **asked_for):
        """Take in new and changed documents, or some that wait or are asked for.

        :param receiver: a `Receiver`
        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        :raise MagentoError: the shop could not be read to the end; what was read is in
        """
        result = ReceivingResult()
        try:
            self.connection_id._fetch_if_needed()
            if only is not None:
                self._receive_again(receiver, only, result)
            elif asked_for:
                self._receive_asked_for(receiver, result, **asked_for)
            else:
                waiting = receiver.find_waiting()
                tried = self._receive_again(receiver, waiting, result)
                self._receive_window(receiver, log, deadline, tried, result)
        except MagentoError:
            receiver.inbox.summarize(result)
            raise
        receiver.inbox.summarize(result)

    def _receive_again(self, receiver, documents, result):
        """Read documents again that could not come in so far.

        :return: their ids
        """
        ids = [
            magento_id
            for magento_id in dict.fromkeys(documents.mapped("magento_id"))
            if not magento_id.startswith(WITHOUT_ID)
        ]
        self._receive_parts(receiver, result, "entity_id", ids)
        return set(ids)

    def _receive_asked_for(
        self,
        receiver,
        result,
        increment_ids=(),
        document_numbers=(),
        date_from=None,
        date_to=None,
    ):
        """Take in documents that somebody names, whatever their date.

        :param increment_ids: the numbers of their orders
        :param document_numbers: their own numbers
        :param date_from, date_to: made in between (UTC)
        """
        receiver.is_asked_for = True
        if not increment_ids and not document_numbers:
            criteria = self._asked_for(date_from=date_from, date_to=date_to)
            self._receive_pages(receiver, result, criteria)
            return
        order_ids = self._find_order_ids(increment_ids)
        self._receive_parts(receiver, result, "order_id", order_ids)
        self._receive_parts(receiver, result, "increment_id", document_numbers)

    def _find_order_ids(self, increment_ids):
        """Return the ids of the orders with these numbers, of every store view."""
        found = []
        for part in split_every(LARGEST_FILTER, increment_ids, list):
            criteria = self._asked_for(increment_ids=part)
            with self.connection_id._get_client() as client:
                for page in client.pages("orders", criteria, "items[entity_id]"):
                    found += map(key_of, page.items)
        return list(dict.fromkeys(found))

    def _receive_parts(self, receiver, result, field, values):
        """Take in the documents of which a field has one of many values."""
        for part in split_every(LARGEST_FILTER, values, list):
            criteria = SearchCriteria().where(field, "in", part)
            self._receive_pages(receiver, result, criteria.sorted_by("entity_id"))

    def _receive_pages(self, receiver, result, criteria):
        for page in self._read_document_pages(receiver.list_path, criteria):
            receiver.receive(page, result)
            self._commit()

    def _receive_window(self, receiver, log, deadline, tried, result):
        """Take in what changed since the watermark, which moves when all was read.

        :param tried: ids of documents that were tried in this run already
        """
        if not self.window_started_at:
            self.write({"window_started_at": fields.Datetime.now(), "cursor": False})
        criteria = self._document_criteria(receiver)
        for page in self._read_document_pages(receiver.list_path, criteria):
            receiver.receive([raw for raw in page if key_of(raw) not in tried], result)
            self.cursor = _last_id(page) or self.cursor
            self._commit()
            self.env.invalidate_all()  # memory must not grow with what is read
            if deadline and time.monotonic() > deadline:
                log._add_lines([(_("More follow in the next run."), None)])
                self.env.ref(f"coopcycle_magento.ir_cron_{self.code}")._trigger()
                return
        self.write(
            {
                "watermark": self.window_started_at,
                "window_started_at": False,
                "cursor": False,
            }
        )

    def _document_criteria(self, receiver):
        connection = self.connection_id
        criteria = SearchCriteria().sorted_by("entity_id")
        if self.watermark:
            criteria = criteria.where("updated_at", "gteq", self.watermark - OVERLAP)
        elif since := receiver.get_since():
            criteria = criteria.where("created_at", "gteq", since)
        if self.cursor:
            criteria = criteria.where("entity_id", "gt", self.cursor)
        excluded = connection.store_ids.filtered(lambda s: not s.import_orders)
        if excluded:
            criteria = criteria.where("store_id", "nin", excluded.mapped("magento_id"))
        return criteria

    def _read_document_pages(self, path, criteria):
        """Yield lists of raw documents, each document once.

        :raise MagentoConnectionError: a page cannot be the one that was asked for;
            those before it can
        """
        seen, total = set(), 0
        with self.connection_id._get_client() as client:
            for page in client.pages(path, criteria):
                fresh = {key_of(raw): raw for raw in page.items}
                fresh = {key: raw for key, raw in fresh.items() if key not in seen}
                if (page.items and not fresh) or page.total_count < total:
                    raise _page_missing(path)
                total = page.total_count
                seen.update(fresh)
                yield list(fresh.values())
        if len(seen) < total:
            raise _page_missing(path)

    def _run_import_shipments(self, log, deadline, only=None, **asked_for):
        """Take shipments in.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        self._receive(
            Shipments(self.connection_id, log), log, deadline, only, **asked_for
        )

    def _run_import_invoices(self, log, deadline, only=None, **asked_for):
        """Take invoices in, and the payments of those that are paid.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        receiver = Invoices(self.connection_id, log)
        if not receiver.is_wanted():
            text = _(
                "The connection takes no invoices from Magento, and no payment method"
                " registers payments."
            )
            log._add_lines([(text, None)])
            return
        self._receive(receiver, log, deadline, only, **asked_for)

    def _run_import_credit_memos(self, log, deadline, only=None, **asked_for):
        """Take credit memos in.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        self._receive(
            CreditMemos(self.connection_id, log), log, deadline, only, **asked_for
        )


def _last_id(page):
    """Return the id of the last document that has one."""
    ids = [key for key in map(key_of, page) if not key.startswith(WITHOUT_ID)]
    return ids[-1] if ids else None


def _page_missing(path):
    return MagentoConnectionError("page_missing", method="GET", path=path)
