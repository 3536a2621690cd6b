from odoo import _, models

from ....tools.magento import MagentoError
from ..ordering.reading import Window, only_ids
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
                self._receive_changes(receiver, log, deadline, tried, result)
        except MagentoError:
            receiver.inbox.summarize(result)
            raise
        receiver.inbox.summarize(result)

    def _receive_again(self, receiver, documents, result):
        """Read documents again that could not come in so far.

        :return: their ids
        """
        ids = only_ids(documents.mapped("magento_id"))
        self._receive_those(receiver, result, "entity_id", ids)
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
        :param date_from, date_to: without numbers, made in between (UTC)
        """
        receiver.is_asked_for = True
        if increment_ids or document_numbers:
            order_ids = Window(self, "orders").find_ids("increment_id", increment_ids)
            self._receive_those(receiver, result, "order_id", order_ids)
            self._receive_those(receiver, result, "increment_id", document_numbers)
        else:
            Window(self, receiver.list_path).read_made_between(
                lambda page: receiver.receive(page, result), date_from, date_to
            )

    def _receive_those(self, receiver, result, field, values):
        """Take in the documents of which a field has one of many values."""
        Window(self, receiver.list_path).read_those(
            lambda page: receiver.receive(page, result), field, values
        )

    def _receive_changes(self, receiver, log, deadline, tried, result):
        """Take in what changed since the last run.

        :param tried: ids of documents that were tried in this run already
        """
        is_all = Window(self, receiver.list_path).read_changes(
            lambda page: receiver.receive(page, result),
            self.connection_id._get_documents_since(receiver.kind),
            tried,
            deadline,
        )
        if not is_all:
            log._add_lines([(_("More follow in the next run."), None)])

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
