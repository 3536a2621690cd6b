from odoo import _, models

from ...shared.running import Lock, Transaction
from ..connection.magento_messages import RIGHTS
from .couriers import (
    Cancellations,
    CreditMemos,
    Invoices,
    OrderComments,
    Shipments,
    Tracks,
)
from .outbox import ExportRun


class MagentoOperation(models.Model):
    """Sending what is made in Odoo of Magento's orders."""

    _inherit = "magento.operation"

    def _run_export_invoices(self, log, deadline, only=None, sources=None):
        """Export the invoices that are due, and tell of payments.

        :param only: these documents alone, whenever their next attempt is
        :param sources: these invoices alone
        """
        invoices = Invoices(self.connection_id)
        self._prepare_documents(invoices, sources)
        if sources is not None:
            only = invoices.find_documents(sources)
        comments = OrderComments(self.connection_id)
        if only is None:
            ExportRun(self, log, invoices, deadline).run()
            if not self._is_paused():
                self._prepare_documents(comments)
                ExportRun(self, log, comments, deadline).run()
            return
        for courier in (invoices, comments):
            own = only.filtered(lambda doc, kind=courier.kind: doc.kind == kind)
            if own:
                ExportRun(self, log, courier, deadline).run(own)

    def _prepare_documents(self, courier, sources=None):
        """Create the documents of what is due, and wake up those that waited for it."""
        with Lock(self.connection_id, "create documents").in_turn():
            courier.create_documents(sources)
        Transaction(self.env).do(courier.wake_up)

    def _run_export_shipments(self, log, deadline, only=None, sources=None):
        """Export the deliveries that are due.

        :param only: these documents alone, whenever their next attempt is
        :param sources: these deliveries alone
        """
        if self.connection_id.are_sources_denied:
            log._add_lines([(self._get_denied_text(), None)], level="warning")
        for courier in (Shipments(self.connection_id), Tracks(self.connection_id)):
            if only is None:
                self._export(courier, log, deadline, sources=sources)
            elif own := only.filtered(lambda doc, kind=courier.kind: doc.kind == kind):
                self._export(courier, log, deadline, own)
            if self._is_paused():
                return

    def _get_denied_text(self):
        return _(
            "If the shop has several stock sources, it takes all shipments from its"
            " default one: the integration may not read them. Resolution: allow it"
            " “%s” on its API tab in Magento, then press Fetch from Magento.",
            RIGHTS["Magento_InventoryApi::source"],
        )

    def _run_export_credit_memos(self, log, deadline, only=None, sources=None):
        """Export the credit notes that are due.

        :param only: these documents alone, whenever their next attempt is
        :param sources: these credit notes alone
        """
        self._export(CreditMemos(self.connection_id), log, deadline, only, sources)

    def _run_export_cancellations(self, log, deadline, only=None, sources=None):
        """Cancel in Magento what was cancelled here.

        :param only: these documents alone, whenever their next attempt is
        :param sources: these orders alone
        """
        self._export(Cancellations(self.connection_id), log, deadline, only, sources)

    def _export(self, courier, log, deadline, only=None, sources=None):
        """Make the documents that are due, and send them.

        :param courier: knows the kind
        """
        self._prepare_documents(courier, sources)
        if sources is not None:
            only = courier.find_documents(sources)
        ExportRun(self, log, courier, deadline).run(only)
