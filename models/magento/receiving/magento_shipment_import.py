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


class StockPicking(models.Model):
    """What the shop has shipped is neither handed to a carrier nor announced again."""

    _inherit = "stock.picking"

    def send_to_shipper(self):
        if self.env.context.get("magento_importing"):
            return None
        return super().send_to_shipper()

    def _send_confirmation_email(self):
        if self.env.context.get("magento_importing"):
            return None
        return super()._send_confirmation_email()
