import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ....compat import create_return, product_kind
from ...shared.versions import MOVE_NAME
from ..common import ONE, TWO_PIECES
from ..delivery_common import MagentoDeliveryCommon


@tagged("post_install", "-at_install")
class TestMagentoShipments(MagentoDeliveryCommon):
    """Which deliveries go to the shop, and what they say."""

    BOUGHT = (ONE, ONE, TWO_PIECES)

    def test_whole(self):
        order, picking = self.sell_and_ship({"sku": "SKU-001", "qty": 3}, "SKU-002")
        log = self.export()
        ids = self.items(order)
        self.assertEqual(self.shipped(order), [{ids["SKU-001"]: 3, ids["SKU-002"]: 1}])
        document = self.docs(picking_id=picking)
        shipment = self.simulator.book.shipments.of_order(order["entity_id"])[0]
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(document.magento_id, str(shipment["entity_id"]))
        self.assertEqual(self.state(picking), "done")
        self.assertEqual(picking.magento_number, shipment["increment_id"])
        self.assertFalse(picking.magento_difference_cause)
        self.assertEqual((log.state, log.done_count, log.failed_count), ("done", 1, 0))
        self.assertIn(shipment["increment_id"], picking.message_ids[0].body)
        self.assertFalse(self.export().line_ids, "nothing is left to do")
        self.assertEqual(self.posts("/ship$"), 1)

    def test_part_and_backorder(self):
        order, sale = self.sell({"sku": "SKU-001", "qty": 3}, {"sku": "SKU-002"})
        ids = self.items(order)
        self.ship(sale, {"SKU-001": 1})
        self.export()
        self.ship(sale)
        self.export()
        self.assertEqual(
            self.shipped(order),
            [{ids["SKU-001"]: 1}, {ids["SKU-001"]: 2, ids["SKU-002"]: 1}],
        )

    def test_two_at_once(self):
        """Deliveries of one order that left between two runs are two shipments."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 5})
        for count in (1, 4):
            self.ship(sale, {"SKU-001": count})
        self.export()
        counts = [list(items.values()) for items in self.shipped(order)]
        self.assertEqual(counts, [[1], [4]])

    def test_configurable(self):
        order, _picking = self.sell_and_ship(
            {"sku": "TEE", "variant": "TEE-M", "qty": 2}
        )
        self.export()
        parent = next(i for i in order["items"] if i["product_type"] == "configurable")
        self.assertEqual(self.shipped(order)[0][parent["item_id"]], 2)

    def test_not_shipped(self):
        """Returns, cancelled and open deliveries, and orders of nobody stay here."""
        _order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        self.ship(sale)
        self.export()
        back = self.give_back(sale.picking_ids, 1)
        _order, cancelled = self.sell()
        cancelled.picking_ids.action_cancel()
        _order, open_one = self.sell()
        own = self.su["sale.order"].create(
            {
                "partner_id": sale.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.product("SKU-001").id})
                ],
            }
        )
        own.action_confirm()
        self.ship(own)
        self.assertFalse(self.export().line_ids)
        self.assertEqual(self.posts("/ship$"), 1)
        deliveries = sale.picking_ids - back
        listed = deliveries | cancelled.picking_ids | open_one.picking_ids
        self.assertEqual(self.listed(), listed.sorted("id"))
        states = [self.state(each) for each in (back, own.picking_ids)]
        self.assertEqual(states, ["none", "none"])
        self.assertEqual(self.state(open_one.picking_ids), "not_due")
        with self.assertRaisesRegex(UserError, "cancelled"):
            self.press(cancelled.picking_ids)
        with self.assertRaisesRegex(UserError, "validated"):
            self.press(open_one.picking_ids)
        with self.assertRaisesRegex(UserError, "no order of Magento"):
            self.press(own.picking_ids)

    def give_back(self, picking, count):
        wizard = (
            self.su["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = count
        back = create_return(wizard)
        back.move_ids.write({"quantity": count, "picked": True})
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(back.state, "done")
        return back

    def test_earlier_than_since(self):
        order, picking = self.sell_and_ship()
        self.connection.export_shipments_from = "2090-01-01"
        self.assertEqual(self.state(picking), "not_due")
        self.export()
        self.assertFalse(self.shipped(order))
        self.press(picking)
        self.assertTrue(self.shipped(order), "unless somebody asks for it")

    def test_first_day_begins_where_the_shop_is(self):
        """In Auckland a day has thirteen hours when it begins in Greenwich."""
        _order, picking = self.sell_and_ship()
        self.connection.store_ids.sudo().time_zone = "Pacific/Auckland"
        self.connection.export_shipments_from = "2026-11-30"
        for moment, state in (("10:59:59", "not_due"), ("11:00:00", "pending")):
            picking.date_done = f"2026-11-29 {moment}"
            self.env.invalidate_all()
            self.assertEqual(self.state(picking), state, moment)

    def test_added_product(self):
        """A present that was put in is no item of the order."""
        order, sale = self.sell()
        self.su["stock.move"].create(
            {
                **MOVE_NAME,
                "product_id": self.product("SKU-005").id,
                "product_uom_qty": 1,
                "picking_id": sale.picking_ids.id,
                "location_id": sale.picking_ids.location_id.id,
                "location_dest_id": sale.picking_ids.location_dest_id.id,
            }
        )
        self.ship(sale)
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-001"]: 1}])

    def test_dozens(self):
        order, sale = self.sell({"sku": "SKU-001", "qty": 24})
        move = sale.picking_ids.move_ids
        dozen = self.env.ref("uom.product_uom_dozen")
        move.write({"product_uom": dozen.id, "product_uom_qty": 2})
        self.ship(sale)
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-001"]: 24}])

    def test_clamped(self):
        """Magento cuts too large a quantity down without a word; Odoo says so."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        picking = self.ship(sale, {"SKU-001": 5})
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-001"]: 2}])
        self.assertEqual(self.state(picking), "done")
        self.assertEqual(picking.magento_difference_cause, "quantities")
        _order, equal = self.sell_and_ship()
        self.export()
        pickings = self.su["stock.picking"]
        differ = pickings.search([("magento_difference_cause", "!=", False)])
        self.assertEqual(differ, picking)
        self.assertIn(
            equal, pickings.search([("magento_difference_cause", "=", False)])
        )

    def test_steps(self):
        """Of a delivery in two steps, the one to the customer counts."""
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.delivery_steps = "pick_ship"
        order = self.place()
        sale = self.import_placed(order)
        product = self.product("SKU-001")
        self.su["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 10
        )
        pick = sale.picking_ids.filtered(
            lambda each: each.location_dest_id.usage != "customer"
        )
        pick.move_ids.write({"quantity": 1, "picked": True})
        pick.with_context(skip_sms=True).button_validate()
        self.assertEqual((pick.state, self.state(pick)), ("done", "none"))
        self.export()
        self.assertFalse(self.shipped(order))
        self.ship(sale)
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-001"]: 1}])

    def test_notify(self):
        self.sell_and_ship()
        self.export()
        self.connection.notify_shipment = True
        self.sell_and_ship()
        self.export()
        mailed = [s.get("email_sent") for s in self.simulator.book.shipments.all()]
        self.assertEqual(mailed, [None, 1])

    def test_source(self):
        """With several sources the stock is taken from the warehouse's."""
        catalog = self.simulator.catalog
        catalog.sources["paris"] = "Paris"
        catalog.stock["paris", "SKU-001"] = 50
        self.connection.action_fetch_configuration()
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        sources = self.connection.source_ids
        sources.warehouse_id = False
        sources.filtered(lambda s: s.code == "paris").warehouse_id = warehouse
        self.sell_and_ship({"sku": "SKU-001", "qty": 2})
        self.export()
        self.assertEqual(catalog.stock["paris", "SKU-001"], 48)
        sources.warehouse_id = False
        order, picking = self.sell_and_ship({"sku": "SKU-001", "qty": 2})
        self.assertIn("several stock sources", self.messages(self.export()))
        self.assertFalse(self.shipped(order), "never silently from “default”")
        self.assertEqual(self.state(picking), "waiting")
        self.assertFalse(self.messages(self.export()), "told once")
        sources.filtered(lambda s: s.code == "paris").warehouse_id = warehouse
        self.export()
        self.assertEqual(self.state(picking), "done")
        self.assertEqual(catalog.stock["paris", "SKU-001"], 46)

    def test_too_little_stock(self):
        self.simulator.catalog.stock["default", "SKU-001"] = 0
        order, picking = self.sell_and_ship()
        self.export()
        self.state(picking)
        self.assertRegex(
            picking.magento_last_error,
            "Could not save a shipment(.|\n)*Resolution: .*stock",
        )
        self.simulator.catalog.stock["default", "SKU-001"] = 5
        self.be_due()
        self.export()
        self.assertTrue(self.shipped(order))

    def test_fraction(self):
        _order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        picking = self.ship(sale, {"SKU-001": 1.5})
        self.export()
        self.assertEqual(self.state(picking), "skipped")
        self.assertIn("whole pieces", picking.magento_last_error)
        self.assertFalse(self.posts("/ship$"))

    def test_search(self):
        _order, done = self.sell_and_ship()
        self.export()
        _order, pending = self.sell_and_ship()
        _order, sale = self.sell(*TWO_PIECES)
        pickings = self.su["stock.picking"]
        for state, picking in (
            ("done", done),
            ("pending", pending),
            ("not_due", sale.picking_ids),
        ):
            self.assertEqual(self.state(picking), state)
            found = pickings.search([("magento_export_state", "=", state)])
            self.assertEqual(found, picking)
        others = pickings.search([("magento_export_state", "=", "none")])
        self.assertFalse(others & (done | pending | sale.picking_ids))
        found = pickings.search([("magento_export_state", "not in", ["none", "done"])])
        self.assertEqual(found, pending | sale.picking_ids)
        number = done.magento_number
        self.assertEqual(pickings.search([("magento_number", "=", number)]), done)


@tagged("post_install", "-at_install")
class TestMagentoShipmentsBundles(MagentoDeliveryCommon):
    """Bundles, of which Magento ships some whole and others by their parts."""

    @classmethod
    def make_products(cls, catalog, **values):
        cls.add_bundles(catalog)
        return super().make_products(catalog, **values)

    @staticmethod
    def add_bundles(catalog):
        """Add the bundles that ship in the other way than those of the catalog."""
        parts = [("SKU-001", 1, 10), ("SKU-002", 2, 20)]
        catalog.add_bundle("BUN-FIX", parts, 60)
        catalog.add_bundle("BUN-DYN-SEP", parts, separately=True)

    def setUp(self):
        super().setUp()
        self.add_bundles(self.simulator.catalog)

    def ship_each(self, *carts):
        """Place orders, let them come in, and ship each whole.

        :return: [(the lines, the order in the shop's book, its delivery)]
        """
        orders = [self.place(*cart) for cart in carts]
        self.run_import()
        return [
            (cart, order, self.ship(self.sale(order)))
            for cart, order in zip(carts, orders, strict=True)
        ]

    def test_at_once(self):
        # Magento puts the bundle itself into each shipment of its parts
        wanted = {
            "BUN-DYN": [2],
            "BUN-FIX": [2],
            "BUN-DYN-SEP": [1, 2, 4],
            "BUN-FIX-SEP": [1, 2, 4],
        }
        shipped = self.ship_each(*[((sku, 2),) for sku in wanted])
        self.export()
        for [(sku, _count)], order, picking in shipped:
            with self.subTest(sku):
                self.assertEqual(list(self.shipped(order)[0].values()), wanted[sku])
                self.assertFalse(picking.magento_difference_cause)

    def test_both_in_one_delivery(self):
        """One that ships whole and one that ships by its parts."""
        shipped = self.ship_each(
            ("BUN-DYN", "BUN-FIX-SEP"), ("BUN-DYN-SEP", "BUN-FIX", "SKU-003")
        )
        self.export()
        for skus, order, picking in shipped:
            with self.subTest(skus):
                self.assertEqual(
                    self.state(picking), "done", picking.magento_last_error
                )
                self.assertFalse(picking.magento_difference_cause)
                self.assertEqual(len(self.shipped(order)), 1)

    def add_larger_bundle(self):
        """Add one that ships by its parts, and is not complete when the others are."""
        parts = [("SKU-001", 1, 10), ("SKU-002", 3, 20)]
        self.simulator.catalog.add_bundle("BUN-SEP-3", parts, 60, separately=True)
        self.product("BUN-DYN").copy({"name": "BUN-SEP-3", "default_code": "BUN-SEP-3"})

    def test_both_in_two_deliveries(self):
        """What leaves of one that ships by its parts is never left out."""
        self.add_larger_bundle()
        order, sale = self.sell("BUN-DYN", "BUN-SEP-3")
        first = self.ship(sale, {"SKU-001": 1, "SKU-002": 2})
        self.export()
        second = self.ship(sale)
        self.export()
        for picking in first | second:
            self.assertEqual(self.state(picking), "done", picking.magento_last_error)
            self.assertFalse(picking.magento_difference_cause)
        self.assertEqual(
            [item["qty_shipped"] for item in order["items"]], [1, 1, 2, 2, 1, 3]
        )

    def test_many_in_two_deliveries(self):
        """Of more than three not all mixtures are tried, but that of the complete."""
        self.add_larger_bundle()
        order, sale = self.sell("BUN-DYN", "BUN-FIX", "BUN-DYN", "BUN-SEP-3")
        self.ship(sale, {"SKU-001": 1, "SKU-002": 2})
        self.export()
        self.ship(sale)
        self.export()
        self.assertEqual(
            [item["qty_shipped"] for item in order["items"]], [1, 1, 2] * 3 + [2, 1, 3]
        )

    def test_together_in_two_deliveries(self):
        """It is shipped when the last of its parts has left."""
        skus = ("BUN-DYN", "BUN-FIX")
        orders = [self.place(sku) for sku in skus]
        self.run_import()
        firsts = [self.ship(self.sale(order), {"SKU-001": 1}) for order in orders]
        self.export()
        for sku, order, first in zip(skus, orders, firsts, strict=True):
            with self.subTest(sku):
                self.assertFalse(self.shipped(order))
                self.assertEqual(self.state(first), "waiting")
                self.assertIn("bundle", first.magento_export_reason)
                self.assertEqual(self.docs(picking_id=first).attempt_count, 0)
        self.assertFalse(self.export().line_ids, "it is not tried again")
        lasts = [self.ship(self.sale(order), tracking="T1") for order in orders]
        self.export()
        self.export()
        for sku, order, first, last in zip(skus, orders, firsts, lasts, strict=True):
            with self.subTest(sku):
                self.assertEqual(list(self.shipped(order)[0].values()), [1])
                self.assertEqual(len(self.shipped(order)), 1)
                for picking in first | last:
                    self.assertEqual(self.state(picking), "done")
                    self.assertFalse(picking.magento_difference_cause)

    def test_together_with_a_part_ahead(self):
        """A part that left earlier and counts with its bundle is no difference.

        What Magento cuts down is.
        """
        cases = ((1, False), (2, "quantities"))
        orders = self.import_many(len(cases), ("BUN-DYN", 2), "SKU-003")
        for order in orders:
            self.ship(self.sale(order), {"SKU-001": 1})
        self.export()
        lasts = [
            self.ship(
                self.sale(order), {"SKU-001": 1, "SKU-002": 4, "SKU-003": delivered}
            )
            for order, (delivered, _cause) in zip(orders, cases, strict=True)
        ]
        self.export()
        for order, last, (delivered, cause) in zip(orders, lasts, cases, strict=True):
            with self.subTest(delivered):
                self.assertEqual(list(self.shipped(order)[0].values()), [2, 1])
                self.state(last)
                self.assertEqual(last.magento_difference_cause or False, cause)

    def test_together_with_other_items(self):
        """What can be shipped is; the parts of the bundle are said to be missing."""
        order, sale = self.sell("BUN-DYN", {"sku": "SKU-003", "qty": 2})
        first = self.ship(sale, {"SKU-001": 1, "SKU-003": 1})
        self.export()
        item = self.items(order)["SKU-003"]
        self.assertEqual(self.shipped(order), [{item: 1}])
        self.state(first)
        self.assertIn("bundle", first.magento_difference_cause)
        self.ship(sale)
        self.export()
        self.assertEqual(sorted(self.shipped(order)[1].values()), [1, 1])

    def test_together_two_of_two(self):
        """Each delivery ships the bundles that it completes."""
        order, sale = self.sell({"sku": "BUN-DYN", "qty": 4})
        for count in (1, 2):
            self.ship(sale, {"SKU-001": count, "SKU-002": 2 * count})
        self.export()
        counts = [list(items.values()) for items in self.shipped(order)]
        self.assertEqual(counts, [[1], [2]])

    def test_separately_in_two_deliveries(self):
        order, sale = self.sell("BUN-FIX-SEP")
        self.ship(sale, {"SKU-001": 1})
        self.ship(sale, {"SKU-002": 2})
        self.export()
        counts = [list(items.values()) for items in self.shipped(order)]
        self.assertEqual(counts, [[1, 1], [1, 2]])


@tagged("post_install", "-at_install")
class TestMagentoShipmentsTracks(MagentoDeliveryCommon):
    """Tracking numbers, with the shipment and later."""

    BOUGHT = (ONE,)

    def test_with_shipment(self):
        carrier = self.su["delivery.carrier"].create(
            {
                "name": "Brown",
                "product_id": self.product("VIRT-1").id,
                "magento_carrier_code": "ups",
            }
        )
        order, sale = self.sell()
        sale.picking_ids.carrier_id = carrier
        self.ship(sale, tracking="1Z 999, 1Z 888,,1Z 999")
        self.export()
        self.assertEqual(
            self.tracks(order), [("1Z 999", "Brown", "ups"), ("1Z 888", "Brown", "ups")]
        )
        self.assertFalse(self.docs("track"))

    def test_without_carrier(self):
        order, _picking = self.sell_and_ship(tracking="X1")
        self.export()
        ((number, title, code),) = self.tracks(order)
        self.assertEqual((number, code), ("X1", "custom"))
        self.assertTrue(title)

    def test_later(self):
        order, picking = self.sell_and_ship()
        self.export()
        picking.carrier_tracking_ref = "A1"
        log = self.export()
        self.assertEqual(log.done_count, 1)
        picking.carrier_tracking_ref = "A1,B2,C3"
        self.export()
        self.export()
        self.assertEqual(self.numbers(order), ["A1", "B2", "C3"])
        documents = self.docs("track", picking_id=picking)
        self.assertEqual(set(documents.mapped("sync_state")), {"done"})
        self.assertEqual(set(documents.mapped("track_number")), {"A1", "B2", "C3"})
        self.assertEqual(self.posts("/ship$"), 1)

    def test_removed(self):
        """One that is gone before it was sent waits; it is sent when it comes back."""
        order, picking = self.sell_and_ship()
        self.export()
        picking.carrier_tracking_ref = "A1"
        self.simulator.faults.add("maintenance", path="shipment/track", times=1)
        self.export()
        picking.carrier_tracking_ref = False
        self.be_due()
        self.export()
        self.assertEqual(self.docs("track").sync_state, "waiting")
        self.assertFalse(self.numbers(order))
        picking.carrier_tracking_ref = "A1"
        self.export()
        self.assertEqual(self.numbers(order), ["A1"])

    def test_refused(self):
        """A number that Magento refuses is seen on its delivery, which is shipped."""
        _order, picking = self.sell_and_ship()
        self.export()
        picking.carrier_tracking_ref = "A1"
        self.docs(picking_id=picking).magento_id = "99"
        self.export()
        picking.invalidate_recordset()
        self.assertEqual(picking.magento_export_state, "done")
        self.assertTrue(picking.magento_has_error)
        self.assertEqual(picking.magento_export_attempts, "1 of 3")
        self.assertIn(self.docs("track"), picking.magento_document_ids)
        self.assertNotIn("A1", picking.magento_number)
        found = picking.search([("magento_has_error", "=", True)])
        self.assertIn(picking, found)
        self.assertFalse(picking.search([("magento_number", "=", "A1")]))

    def test_adopted_shipment(self):
        """The shop shipped it itself: the number of here comes later."""
        order, picking = self.sell_and_ship(tracking="A1,B2")
        track = {"track_number": "B2", "title": "T", "carrier_code": "custom"}
        self.simulator.admin.ship(order["entity_id"], tracks=[track])
        self.export()
        self.assertTrue(self.docs(picking_id=picking).is_adopted)
        self.assertEqual(self.numbers(order), ["B2", "A1"])
        self.assertFalse(self.export().line_ids)

    def test_unknown(self):
        """A number whose answer got lost is not entered twice."""
        order, picking = self.sell_and_ship()
        self.export()
        picking.carrier_tracking_ref = "A1"
        self.simulator.faults.add("hang_up_after", path="shipment/track", times=1)
        self.export()
        self.assertEqual(self.docs("track").sync_state, "unknown")
        self.export()
        self.assertEqual(self.docs("track").sync_state, "done")
        self.assertEqual(self.numbers(order), ["A1"])

    def test_odd_tracks(self):
        """A track that cannot be read holds nothing up."""
        order, picking = self.sell_and_ship()
        self.export()
        shipment = self.simulator.book.shipments.of_order(order["entity_id"])[0]
        shown = json.loads(json.dumps(self.simulator.book.shipments.shown(shipment)))
        odd = {"entity_id": 77, "track_number": "A1", "created_at": "some day"}
        shown["tracks"] = [None, "A0", odd]
        self.simulator.book.shipments.show_as(shipment["entity_id"], json.dumps(shown))
        picking.carrier_tracking_ref = "A1,B2"
        log = self.export()
        self.assertEqual(log.state, "done")
        self.assertEqual(self.docs("track").mapped("sync_state"), ["done", "done"])
        self.assertEqual(self.numbers(order), ["B2"], "A1 is there already")

    def test_entered_in_the_shop(self):
        order, picking = self.sell_and_ship()
        self.export()
        shipment = self.simulator.book.shipments.of_order(order["entity_id"])[0]
        picking.carrier_tracking_ref = "A1"
        shipment["tracks"].append(
            {
                "entity_id": 77,
                "track_number": "A1",
                "title": "T",
                "carrier_code": "ups",
                "created_at": shipment["created_at"],
            }
        )
        self.export()
        self.assertEqual(self.numbers(order), ["A1"])
        self.assertEqual(self.docs("track").sync_state, "done")


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestMagentoShipmentsKits(MagentoDeliveryCommon):
    """Kits and dropshipping of Odoo's own modules, where they are installed."""

    def need(self, model):
        if model not in self.env:
            self.skipTest(f"{model} is not installed")

    def make_kit(self, sku):
        """Make a kit of one A and two B of a product."""
        self.need("mrp.bom")
        storable = {**product_kind("product")}
        parts = self.su["product.product"].create(
            [{"name": name, "default_code": name, **storable} for name in "AB"]
        )
        self.su["mrp.bom"].create(
            {
                "product_tmpl_id": self.product(sku).product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": count})
                    for part, count in zip(parts, (1, 2), strict=True)
                ],
            }
        )

    def test_kits(self):
        self.make_kit("SKU-001")
        order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        self.ship(sale, {"A": 2, "B": 2})
        self.export()
        self.ship(sale)
        self.export()
        counts = [list(items.values()) for items in self.shipped(order)]
        self.assertEqual(counts, [[1], [1]])

    def test_part_of_a_kit(self):
        """It is shipped with the delivery of the other parts."""
        self.make_kit("SKU-001")
        order, sale = self.sell()
        first = self.ship(sale, {"A": 1})
        self.export()
        self.assertEqual(self.state(first), "waiting")
        self.assertFalse(self.export().line_ids)
        self.ship(sale)
        self.export()
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-001"]: 1}])
        self.assertEqual(self.state(first), "done")

    def test_bundle_of_a_service(self):
        """To `sale_timesheet` the product is delivered by hours; its parts are not."""
        if "service_type" not in self.env["product.template"]._fields:
            self.skipTest("sale_timesheet is not installed")
        prepaid = {"service_type": "timesheet", "invoice_policy": "order"}
        self.product("BUN-FIX-SEP").write({**product_kind("service"), **prepaid})
        _order, sale = self.sell("BUN-FIX-SEP")
        bundle = sale.order_line.filtered(lambda line: line.magento_role == "bundle")
        self.assertEqual(bundle.qty_delivered, 0)
        self.ship(sale)
        self.assertEqual(bundle.qty_delivered, bundle.product_uom_qty)

    def test_dropshipping(self):
        route = self.env.ref(
            "stock_dropshipping.route_drop_shipping", raise_if_not_found=False
        )
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        vendor = self.su["res.partner"].create({"name": "Vendor"})
        self.product("SKU-003").write(
            {
                "route_ids": [Command.link(route.id)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 1})],
            }
        )
        order, sale = self.sell({"sku": "SKU-003", "qty": 2})
        purchase = self.su["purchase.order"].search([("partner_id", "=", vendor.id)])
        purchase.button_confirm()
        self.ship(sale, tracking="Z1")
        self.export()
        self.assertEqual(self.shipped(order), [{self.items(order)["SKU-003"]: 2}])
        self.assertEqual(self.numbers(order), ["Z1"])
        self.assertIn(sale.picking_ids, self.listed())
