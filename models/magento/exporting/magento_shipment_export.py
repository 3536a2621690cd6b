from odoo import fields, models

from .couriers import Shipments, Tracks


class MagentoConnection(models.Model):
    """What goes with shipments."""

    _inherit = "magento.connection"

    notify_shipment = fields.Boolean(
        "Notify Customer of Shipments",
        help="Let Magento mail the customer when a delivery is exported.",
    )
    export_shipments_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Deliveries that were validated earlier are not exported by themselves.",
    )
    source_ids = fields.One2many("magento.source", "connection_id", "Stock Sources")


class MagentoOperation(models.Model):
    """Sending shipments, and tracking numbers that came later."""

    _inherit = "magento.operation"

    def _run_export_shipments(self, log, deadline, only=None, sources=None):
        """Export the deliveries that are due.

        :param only: these documents alone, whenever their next attempt is
        :param sources: these deliveries alone
        """
        for courier in (Shipments(self.connection_id), Tracks(self.connection_id)):
            if only is None:
                self._export(courier, log, deadline, sources=sources)
            elif own := only.filtered(lambda doc, kind=courier.kind: doc.kind == kind):
                self._export(courier, log, deadline, own)
            if self._is_resting():
                return
