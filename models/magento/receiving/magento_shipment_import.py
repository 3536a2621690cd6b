from odoo import models

from .receivers import Shipments


class MagentoOperation(models.Model):
    """Shipments that the shop made validate deliveries."""

    _inherit = "magento.operation"

    def _run_import_shipments(self, log, deadline, only=None, **asked_for):
        """Take shipments in.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        self._receive(
            Shipments(self.connection_id, log), log, deadline, only, **asked_for
        )
