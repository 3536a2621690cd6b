from unittest.mock import patch

import psycopg2
from psycopg2 import errorcodes

from odoo import Command
from odoo.tests import tagged

from ....models.magento.receiving.receivers import Shipments
from ..common import ONE, THREE_PIECES
from .receiving_common import MagentoReceivingCommon


class Deadlock(psycopg2.OperationalError):
    """What the database says to one of two transactions that wait for each other."""

    pgcode = errorcodes.DEADLOCK_DETECTED


@tagged("post_install", "-at_install")
class TestMagentoReceivingShipments(MagentoReceivingCommon):
    """A shipment of the shop validates the delivery, once, and never goes back."""

    BOUGHT = (ONE, THREE_PIECES)

    kind = "shipment"
    code = "import_shipments"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.location = cls.stock_up(100)
        cls.warehouse = cls.location.warehouse_id

    def put_in_stock(self, product, quantity):
        self.su["stock.quant"]._update_available_quantity(
            product, self.location, quantity
        )

    def ship(self, order, items=None, *numbers, **values):
        tracks = [
            {"track_number": number, "title": "UPS", "carrier_code": "ups"}
            for number in numbers
        ]
        return self.admin.ship(order["entity_id"], items, tracks=tracks, **values)

    def sell(self, *lines, **terms):
        order, sale = super().sell(*lines, **terms)
        sale.picking_ids.action_assign()
        return order, sale

    def assert_shipped(self, shipment, *quantities):
        """Its transfers are done, with these quantities."""
        document = self.received(shipment)
        self.assertEqual(
            document.sync_state, "done", document.last_error or document.waiting_reason
        )
        pickings = document.line_ids.picking_id
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        done = sorted(pickings.move_ids.mapped("quantity"))
        self.assertEqual(done, sorted(quantities))
        return pickings

    def test_whole(self):
        order, sale = self.sell("SKU-001", ("SKU-002", 2))
        shipment = self.ship(order, None, "1Z1", "1Z2")
        self.take_in()
        picking = self.assert_shipped(shipment, 1, 2)
        self.assertEqual(picking.carrier_tracking_ref, "1Z1, 1Z2")
        self.assertEqual(sale.picking_ids, picking)
        self.assertEqual(sale.order_line.mapped("qty_delivered")[:2], [1, 2])

    def test_parts(self):
        """The rest is a backorder, and two shipments of one run are two transfers."""
        order, sale = self.sell(("SKU-001", 5), "SKU-002")
        item = self.item(order, "SKU-001")
        shipments = [self.ship(order, {item: 2}, "A"), self.ship(order, {item: 1}, "B")]
        self.take_in()
        first = self.assert_shipped(shipments[0], 2)
        second = self.assert_shipped(shipments[1], 1)
        self.assertNotEqual(first, second)
        self.assertEqual(
            (first.carrier_tracking_ref, second.carrier_tracking_ref), ("A", "B")
        )
        rest = sale.picking_ids - first - second
        self.assertEqual(sorted(rest.move_ids.mapped("product_uom_qty")), [1, 2])

    def test_never_twice(self):
        order, sale = self.sell(("SKU-001", 3))
        shipment = self.ship(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.change_remote(self.simulator.book.shipments, shipment)
        self.take_in()
        self.assertEqual(sale.order_line[0].qty_delivered, 1)

    def test_never_pushed_back(self):
        order, sale = self.sell()
        self.ship(order)
        self.take_in()
        self.assertEqual(sale.order_line[0].qty_delivered, 1)
        self.connection.run_operation("export_shipments")
        self.assertEqual(len(self.simulator.book.shipments.all()), 1)
        push = self.su["magento.document"].search(
            [("kind", "=", "shipment"), ("direction", "=", "push")]
        )
        self.assertFalse(push)

    def test_what_was_pushed_does_not_come_back(self):
        _order, sale = self.sell(("SKU-001", 2))
        self.deliver(sale)
        self.connection.run_operation("export_shipments")
        shipment = self.simulator.book.shipments.all()[0]
        log = self.take_in()
        self.assertFalse(self.received(shipment))
        self.assertTrue(self.received(shipment, "push"))
        self.assertEqual(len(sale.picking_ids), 1)
        self.assertFalse(log.failed_count)

    def test_key_of_a_push(self):
        order, sale = self.sell()
        document = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "shipment",
                "direction": "push",
                "sale_order_id": sale.id,
                "sync_state": "unknown",
            }
        )
        shipment = self.ship(order, comment=f"WH/OUT/1 [{document.key}]")
        self.take_in()
        self.assertFalse(self.received(shipment))
        self.assertEqual(sale.order_line[0].qty_delivered, 0)

    def test_delivered_before(self):
        """It is tied to the delivery that left, and nothing leaves twice."""
        order, sale = self.sell()
        self.deliver(sale)
        shipment = self.ship(order)
        self.take_in()
        self.assertEqual(self.assert_shipped(shipment, 1), sale.picking_ids)
        self.connection.run_operation("export_shipments")
        self.assertEqual(len(self.simulator.book.shipments.all()), 1)

    def test_kinds_of_products(self):
        order, sale = self.sell(
            {"sku": "TEE", "qty": 2, "variant": "TEE-M"}, "BUN-DYN", "BUN-FIX-SEP"
        )
        shipment = self.ship(order)
        self.take_in()
        self.assert_shipped(shipment, 1, 1, 2, 2, 2)
        goods = sale.order_line.filtered(lambda x: x.product_id.type != "service")
        for line in goods:
            self.assertEqual(line.qty_delivered, line.product_uom_qty, line.name)

    def test_bundle_as_a_whole(self):
        """A bundle whose parts Magento does not name stands for them."""
        order, _sale = self.sell(("BUN-DYN", 3))
        bundle = self.item(order, "BUN-DYN")
        shipment = self.ship(order, {bundle: 2})
        shipment["items"] = [
            item for item in shipment["items"] if item["order_item_id"] == bundle
        ]
        self.simulator.book.shipments.changed(shipment)
        self.take_in()
        self.assert_shipped(shipment, 2, 4)

    def test_too_little_stock(self):
        """Nothing leaves that is not there; it comes in once it is."""
        product = self.product("SKU-001")
        order, sale = self.sell(("SKU-001", 3))
        sale.picking_ids.do_unreserve()
        self.put_in_stock(product, -98)
        shipment = self.ship(order)
        other, _sale = self.sell("SKU-002")
        good = self.ship(other)
        self.take_in()
        document = self.received(shipment)
        self.assertEqual(document.sync_state, "pending")
        self.assertEqual(document.attempt_count, 1)
        self.assertIn("only 2", document.last_error)
        self.assertEqual(sale.picking_ids.mapped("state"), ["confirmed"])
        self.assert_shipped(good, 1)
        self.put_in_stock(product, 50)
        document.with_user(self.clerk).action_retry()
        self.assert_shipped(shipment, 3)

    def test_too_many(self):
        order, sale = self.sell(("SKU-001", 3))
        sale.picking_ids.move_ids.product_uom_qty = 2
        shipment = self.ship(order)
        self.take_in()
        document = self.received(shipment)
        self.assertEqual(document.sync_state, "pending")
        self.assertIn("leave only 2", document.last_error)
        self.assertEqual(sale.order_line[0].qty_delivered, 0)

    def test_lots(self):
        """Somebody must choose lots and serial numbers: it waits without an attempt."""
        for sku, tracking in (("SKU-003", "lot"), ("SKU-004", "serial")):
            self.product(sku).tracking = tracking
            order, sale = self.sell(sku)
            shipment = self.ship(order)
            self.take_in()
            self.take_in()
            document = self.received(shipment)
            state = (document.sync_state, document.attempt_count)
            self.assertEqual(state, ("waiting", 0), tracking)
            self.assertIn("lots or serial numbers", document.waiting_reason)
            self.assertIn(sale.picking_ids.name, document.waiting_reason)
            self.assertFalse(sale.order_line[0].qty_delivered)

    def deliver_lot(self, sale):
        """Choose a lot by hand, and validate the delivery."""
        move = sale.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "lot_name": f"LOT {sale.name}",
                    "quantity": move.product_uom_qty,
                    "picking_id": move.picking_id.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        ]
        move.picking_type_id.use_create_lots = True
        move.picked = True
        move.picking_id.with_context(skip_sms=True).button_validate()
        self.assertEqual(move.state, "done")

    def test_lots_validated_by_hand(self):
        """Then it is tied to that delivery, whether it comes in or the export sees it.

        Either way it is shipped once in each system.
        """
        self.connection.export_shipments_from = "2020-01-01"
        self.product("SKU-003").tracking = "lot"
        steps = ["import_shipments", "export_shipments"]
        for codes in (steps, [*steps[::-1], steps[0]]):
            order, sale = self.sell("SKU-003")
            shipment = self.ship(order)
            self.take_in()
            self.deliver_lot(sale)
            for code in codes:
                self.connection.run_operation(code)
            self.assertEqual(self.assert_shipped(shipment, 1), sale.picking_ids)
            shipments = self.simulator.book.shipments.of_order(order["entity_id"])
            self.assertEqual(len(shipments), 1)
            documents = self.su["magento.document"].search(
                [("kind", "=", "shipment"), ("sale_order_id", "=", sale.id)]
            )
            self.assertEqual(
                documents.mapped("magento_id"), [str(shipment["entity_id"])]
            )

    def test_steps(self):
        """It waits without an attempt until the goods have come to the last step."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.place()
        sale = self.import_placed(order)
        shipment = self.ship(order)
        for step in (self.warehouse.pick_type_id, self.warehouse.pack_type_id):
            self.take_in()
            document = self.received(shipment)
            state = (document.sync_state, document.attempt_count)
            self.assertEqual(state, ("waiting", 0), step.name)
            self.assertIn("transfers before it", document.waiting_reason)
            picking = sale.picking_ids.filtered(
                lambda p, s=step: p.picking_type_id == s
            )
            picking.move_ids.write({"quantity": 1, "picked": True})
            picking.button_validate()
        self.take_in()
        self.assertEqual(
            self.assert_shipped(shipment, 1).picking_type_id, self.warehouse.out_type_id
        )

    def test_order_missing(self):
        order = self.place()
        shipment = self.ship(order)
        self.take_in()
        self.assertEqual(self.received(shipment).sync_state, "waiting")
        self.import_placed(order)
        self.take_in()
        self.assert_shipped(shipment, 1)

    def test_later_track(self):
        order, _sale = self.sell()
        shipment = self.ship(order, None, "ONE")
        self.take_in()
        track = {**shipment["tracks"][0], "track_number": "TWO"}
        self.change_remote(
            self.simulator.book.shipments,
            shipment,
            tracks=[*shipment["tracks"], track],
        )
        self.take_in()
        picking = self.received(shipment).picking_id
        self.assertEqual(picking.carrier_tracking_ref, "ONE, TWO")

    def test_clerk(self):
        order, _sale = self.sell()
        shipment = self.ship(order)
        self.take_in(self.clerk)
        self.assert_shipped(shipment, 1)

    def test_queries(self):
        """What a shipment costs does not grow with their number."""

        def ship_many(count):
            for order in self.import_many(count, "SKU-001", "SKU-002"):
                self.ship(order)

        ship_many(2)
        self.count_queries()
        ship_many(5)
        few = self.count_queries()
        ship_many(10)
        many = self.count_queries()
        self.assertLess(many, 2.1 * few)

    def test_conflict(self):
        """Another import that writes the same order at once delays this one only."""
        order, _sale = self.sell()
        shipment = self.ship(order)
        receive, calls = Shipments.receive, []

        def conflicting(receiver, raws, result):
            calls.append(raws)
            if len(calls) == 1:
                raise Deadlock
            receive(receiver, raws, result)

        with patch.object(Shipments, "receive", conflicting):
            log = self.take_in()
        self.assertEqual((log.state, log.done_count), ("done", 1))
        self.assert_shipped(shipment, 1)

    def test_companies(self):
        """A shop of another company does not touch this one's orders."""
        order, sale = self.sell()
        other = self.su["res.company"].create({"name": "Other"})
        self.manager.sudo().company_ids = [Command.link(other.id)]
        self.ship(order)
        connection = self.make_connection(company_id=other.id)
        connection.run_operation("import_shipments")
        self.assertEqual(sale.order_line[0].qty_delivered, 0)
