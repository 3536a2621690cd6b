from odoo import _, models

from ....tools.magento import MagentoError
from ..ordering.reading import Window, last_record, only_ids
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
        window = Window(
            self,
            receiver.list_path,
            lambda broken: receiver.keep_broken(broken, result),
            deadline,
        )

        def take(page):
            receiver.receive(page, result)

        try:
            self.connection_id._fetch_if_needed()
            if only is not None:
                self._receive_again(window, take, only)
            elif asked_for:
                receiver.is_asked_for = True
                self._receive_asked_for(window, take, log, **asked_for)
            else:
                waiting = receiver.find_waiting()
                tried = self._receive_again(window, take, waiting)
                since = self.connection_id._get_documents_since(receiver.kind)
                if not window.read_changes(take, since, tried):
                    log._add_lines([(_("More follow in the next run."), None)])
        except MagentoError:
            receiver.inbox.summarize(result)
            raise
        receiver.inbox.summarize(result)

    @staticmethod
    def _receive_again(window, take, documents):
        """Read documents again that could not come in so far.

        :return: their ids
        """
        # Where the time is over, others have a turn in the next run
        oldest = documents.sorted(lambda each: str(each.last_attempt_at or ""))
        ids = only_ids(oldest.mapped("magento_id"))
        window.read_those(take, "entity_id", ids)
        return set(ids)

    def _receive_asked_for(
        self,
        window,
        take,
        log,
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
        last = {}

        def take_and_note(page):
            take(page)
            last.update(last_record(page))

        if increment_ids or document_numbers:
            order_ids = Window(self, "orders").find_ids("increment_id", increment_ids)
            is_all = window.read_those(take_and_note, "order_id", order_ids)
            numbers = document_numbers
            is_all &= window.read_those(take_and_note, "increment_id", numbers)
            last.clear()
        else:
            is_all = window.read_made_between(take_and_note, date_from, date_to)
        if not is_all:
            log._add_lines([(self._get_rest_text(last), None)], level="warning")

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
