from odoo import fields, models

from .couriers import Cancellations, CreditMemos
from .outbox import ExportRun


class MagentoConnection(models.Model):
    """What goes with credit memos."""

    _inherit = "magento.connection"

    notify_credit_memo = fields.Boolean(
        "Notify Customer of Credit Memos",
        help="Let Magento mail the customer when a credit note is exported.",
    )
    export_credit_memos_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Credit notes with an earlier date are not exported by themselves.",
    )


class MagentoOperation(models.Model):
    """Sending credit notes, and cancellations."""

    _inherit = "magento.operation"

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
