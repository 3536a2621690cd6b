from ast import literal_eval
from datetime import timedelta

from odoo import fields

from .common import MagentoCommon


class MagentoDeliveryCommon(MagentoCommon):
    """Orders of a shop whose deliveries, refunds and cancellations go back to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write(
            {
                "export_shipments_from": "2020-01-01",
                "export_credit_memos_from": "2020-01-01",
                "export_invoices_from": "2020-01-01",
            }
        )

    # Deliveries in Odoo

    def ship(self, sale, quantities=None, tracking=None):
        """Validate the open delivery of an order.

        :param quantities: {SKU: how many leave}; the others stay for a backorder
        :return: the validated delivery
        """
        picking = sale.picking_ids.filtered(
            lambda each: each.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            wanted = move.product_uom_qty
            if quantities is not None:
                wanted = quantities.get(move.product_id.default_code, 0)
            move.write({"quantity": wanted, "picked": bool(wanted)})
        if tracking:
            picking.carrier_tracking_ref = tracking
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def sell_and_ship(self, *lines, tracking=None, **terms):
        """Return an order, and its one delivery that has left."""
        order, sale = self.sell(*lines, **terms)
        return order, self.ship(sale, tracking=tracking)

    # Exports

    def export(self, code="export_shipments", connection=None):
        """Run an export of all that is due, and return its log."""
        return (connection or self.connection).run_operation(code).sudo()

    def press(self, picking):
        """Press the button on a delivery."""
        return picking.with_env(self.env).action_magento_export()

    def state(self, record):
        record.invalidate_recordset()
        return record.magento_export_state

    def docs(self, kind="shipment", **values):
        domain = [(name, "=", record.id) for name, record in values.items()]
        return self.su["magento.document"].search([("kind", "=", kind), *domain])

    def be_due(self):
        """Let the time pass until the next attempt."""
        documents = self.su["magento.document"].search([])
        documents.next_attempt_at = fields.Datetime.now()

    def be_settled(self, documents):
        """Let the time pass after which Magento has surely finished."""
        documents.unknown_since -= timedelta(hours=1)

    def operation_of(self, code):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == code
        )

    def listed(self):
        """Return what Magento ▸ Sales ▸ Shipments lists."""
        action = self.env.ref("coopcycle_magento.magento_stock_picking_action")
        pickings = self.su["stock.picking"].search(literal_eval(action.sudo().domain))
        return pickings.sorted("id")

    # What the shop has

    def shipped(self, order):
        """Return {item id: quantity} of each shipment that the shop has of an order."""
        return [
            {item["order_item_id"]: float(item["qty"]) for item in shipment["items"]}
            for shipment in self.simulator.book.shipments.of_order(order["entity_id"])
        ]

    def tracks(self, order):
        return [
            (track["track_number"], track["title"], track["carrier_code"])
            for shipment in self.simulator.book.shipments.of_order(order["entity_id"])
            for track in shipment["tracks"]
        ]

    def numbers(self, order):
        return [number for number, *_rest in self.tracks(order)]

    @staticmethod
    def items(order):
        """Return {SKU: item id}; of a configurable the item that has the price."""
        found = {}
        for item in order["items"]:
            found.setdefault(item["sku"], item["item_id"])
        return found

    def posts(self, path):
        return self.simulator.count("POST", path)
