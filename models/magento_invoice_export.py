from odoo import models

from .exporting import ExportRun, Invoices, OrderComments
from .magento_operation import CREATE_LOCK_SPACE
from .transaction import in_transaction


class MagentoOperation(models.Model):
    """Sending invoices."""

    _inherit = "magento.operation"

    def _run_export_invoices(self, log, deadline, only=None, moves=None):
        """Export the invoices that are due.

        :param only: these documents alone, whenever their next attempt is
        :param moves: these invoices alone
        """
        courier = Invoices(self.connection_id)
        with self._in_turn(CREATE_LOCK_SPACE, self.connection_id.id):
            courier.create_documents(moves)
        in_transaction(self.env, courier.wake_up)
        if moves is not None:
            only = courier.find_documents(moves)
        ExportRun(self, log, courier, deadline).run(only)
        if only is None and not self.paused_until:
            self._tell_payments(log, deadline)

    def _tell_payments(self, log, deadline):
        """Comment on the orders whose exported invoices were paid meanwhile."""
        comments = OrderComments(self.connection_id)
        with self._in_turn(CREATE_LOCK_SPACE, self.connection_id.id):
            comments.create_documents()
        in_transaction(self.env, comments.wake_up)
        ExportRun(self, log, comments, deadline).run()
