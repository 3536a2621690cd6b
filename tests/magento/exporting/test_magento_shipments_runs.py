from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....tools.magento import MagentoDocumentError, sending
from ...shared.versions import LIST, run_cron
from ..common import ONE, THREE_PIECES, TWO_PIECES, USER
from ..delivery_common import MagentoDeliveryCommon


@tagged("post_install", "-at_install")
class TestMagentoShipmentsRuns(MagentoDeliveryCommon):
    """Attempts, lost answers, adoption, pauses."""

    BOUGHT = (*[ONE] * 3, *[TWO_PIECES] * 4, THREE_PIECES)

    def refuse(self, order):
        """Let the shop refuse shipments of an order."""
        self.simulator.admin.hold(order["entity_id"])

    def test_attempts(self):
        order, picking = self.sell_and_ship()
        self.refuse(order)
        _other, good = self.sell_and_ship()
        log = self.export()
        self.assertEqual(
            (log.state, log.done_count, log.failed_count), ("partial", 1, 1)
        )
        self.assertEqual(self.state(good), "done")
        self.assertEqual(self.state(picking), "pending")
        self.assertEqual(picking.magento_export_attempts, "1 of 3")
        self.assertIn("holded", picking.magento_last_error)
        self.assertFalse(self.export().line_ids, "not before its time")
        for _attempt in range(2):
            self.be_due()
            self.export()
        self.assertEqual(self.state(picking), "skipped")
        document = self.docs(picking_id=picking)
        self.assertEqual(len(document.activity_ids), 1)
        self.be_due()
        self.export()
        # Each attempt is two: the first refusal may be another shipment's fault
        self.assertEqual(self.posts("/ship$"), 7)
        with self.assertRaisesRegex(UserError, "reset its attempts"):
            self.press(picking)
        failed = self.su["stock.picking"].search([("magento_has_error", "=", True)])
        self.assertEqual(failed, picking)
        self.simulator.admin.unhold(order["entity_id"])
        document.with_env(self.env)._reset_attempts("Off hold")
        self.assertIn("Off hold", document.waiting_reason)
        self.press(picking)
        self.assertEqual(self.state(picking), "done")
        self.assertFalse(picking.magento_has_error)
        self.assertFalse(document.activity_ids)

    def test_button_is_one_attempt(self):
        order, picking = self.sell_and_ship()
        self.refuse(order)
        notification = self.press(picking)
        self.assertEqual(notification["params"]["type"], "warning")
        self.assertIn("holded", notification["params"]["message"])
        self.assertEqual(self.docs(picking_id=picking).attempt_count, 1)

    def test_button_of_several(self):
        _order, first = self.sell_and_ship()
        _order, second = self.sell_and_ship()
        _order, third = self.sell_and_ship()
        notification = self.press(first | second)
        self.assertEqual(notification["params"]["type"], "success")
        self.assertEqual(self.state(third), "pending")
        with self.assertRaisesRegex(UserError, "already"):
            self.press(first)

    def test_answer_lost(self):
        order, picking = self.sell_and_ship({"sku": "SKU-001", "qty": 2})
        for kind in ("hang_up_after", "garbage", "internal_error_after"):
            with self.subTest(kind):
                order, picking = self.sell_and_ship({"sku": "SKU-001", "qty": 2})
                self.simulator.faults.add(kind, "POST", "/ship$", times=1)
                self.press(picking)
                self.assertEqual(self.state(picking), "unknown")
                with self.assertRaisesRegex(UserError, "without a proper answer"):
                    self.press(picking)
                self.export()
                self.assertEqual(self.state(picking), "done")
                self.assertEqual(len(self.shipped(order)), 1)

    def test_finished_later(self):
        """It is not sent again while Magento may still be at work."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        picking = self.ship(sale, {"SKU-001": 1})
        self.simulator.faults.add("finish_later", "POST", "/ship$", times=1)
        self.export()
        self.export()
        self.assertEqual(self.state(picking), "unknown")
        self.simulator.faults.finish()
        self.export()
        self.assertEqual(self.state(picking), "done")
        self.assertEqual([list(each.values()) for each in self.shipped(order)], [[1]])

    def test_deadlock(self):
        """A shipment that was in another's way in the shop goes out at once."""
        pairs = [self.sell_and_ship() for _number in range(3)]
        self.simulator.faults.add("deadlock", "POST", "/ship$", times=2)
        log = self.export()
        self.assertEqual((log.state, log.done_count, log.failed_count), ("done", 3, 0))
        for order, picking in pairs:
            document = self.docs(picking_id=picking)
            self.assertEqual((document.sync_state, document.attempt_count), ("done", 0))
            self.assertFalse(document.last_error)
            self.assertEqual(len(self.shipped(order)), 1)
        self.assertEqual(self.posts("/ship$"), 5)

    def test_deadlock_twice(self):
        """Once more is enough: then it is an attempt."""
        _order, picking = self.sell_and_ship()
        self.simulator.faults.add("deadlock", "POST", "/ship$", times=2)
        self.export()
        document = self.docs(picking_id=picking)
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))
        self.assertIn("Could not save a shipment", document.last_error)

    def test_refused_after_it_was_made(self):
        """It is looked for before it is sent again: an answer may be wrong."""
        order, picking = self.sell_and_ship({"sku": "SKU-001", "qty": 4})
        ship = self.simulator.admin.ship
        item = self.items(order)["SKU-001"]
        key = []

        def post(client, job, body):
            key.append(body["comment"]["comment"])
            ship(order["entity_id"], {item: 4}, comment=key[0])
            raise MagentoDocumentError("refused", status=400)

        with patch.object(sending, "_post", post):
            self.export()
        self.assertEqual(len(key), 1)
        self.assertEqual(self.shipped(order), [{item: 4}])
        self.assertEqual(self.state(picking), "done")

    def test_never_arrived(self):
        order, picking = self.sell_and_ship()
        self.simulator.faults.add("hang_up", "POST", "/ship$", times=1)
        self.export()
        document = self.docs(picking_id=picking)
        self.be_settled(document)
        self.export()
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))
        self.be_due()
        self.export()
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(len(self.shipped(order)), 1)

    def test_killed(self):
        """What a killed process was sending is looked for first."""
        order, picking = self.sell_and_ship()
        self.refuse(order)
        self.export()
        self.simulator.admin.unhold(order["entity_id"])
        document = self.docs(picking_id=picking)
        key = document.key
        self.simulator.admin.ship(order["entity_id"], comment=f"WH/OUT [{key}]")
        document.write(
            {
                "sync_state": "sending",
                "run_id": False,
                "sent_at": fields.Datetime.now(),
            }
        )
        self.export()
        self.assertEqual(self.state(picking), "done")
        self.assertEqual(len(self.shipped(order)), 1)

    def test_adopted(self):
        order, sale = self.sell({"sku": "SKU-001", "qty": 3})
        item = self.items(order)["SKU-001"]
        self.simulator.admin.ship(order["entity_id"], {item: 2})
        picking = self.ship(sale)
        self.export()
        self.assertEqual(self.shipped(order), [{item: 2}, {item: 1}])
        documents = self.docs(sale_order_id=sale)
        self.assertEqual(documents.mapped("is_adopted").count(True), 1)
        self.assertEqual(self.state(picking), "done")
        self.assertEqual(len(picking.magento_number.split(", ")), 2)

    def test_adopted_by_each(self):
        """What the shop shipped at once is told on each delivery, and once."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 3})
        self.simulator.admin.ship(order["entity_id"])
        pickings = self.su["stock.picking"]
        for quantity in (1, 2):
            pickings |= self.ship(sale, {"SKU-001": quantity})
            self.export()
        self.assertEqual(len(self.shipped(order)), 1)
        for picking in pickings:
            self.assertEqual(self.state(picking), "done")
            bodies = picking.message_ids.mapped("body")
            self.assertEqual(sum("Shipped in Magento" in body for body in bodies), 1)

    def test_nothing_gets_through(self):
        _order, picking = self.sell_and_ship()
        self.simulator.faults.add("maintenance")
        self.export()
        operation = self.operation_of("export_shipments")
        self.assertTrue(operation.paused_until)
        self.assertEqual(self.docs(picking_id=picking).attempt_count, 0)
        self.simulator.faults.clear()
        self.press(picking)
        self.assertEqual(self.state(picking), "done")
        self.assertFalse(operation.paused_until)

    def test_goes_on_after_the_pause(self):
        _order, picking = self.sell_and_ship(tracking="T1")
        self.simulator.faults.add("maintenance")
        self.export()
        self.simulator.faults.clear()
        before = len(self.simulator.requests)
        log = self.export()
        self.assertEqual(len(self.simulator.requests), before, "it rests")
        self.assertEqual(len(log.line_ids), 1, log.line_ids.mapped("message"))
        operation = self.operation_of("export_shipments")
        operation.paused_until = fields.Datetime.now()
        self.export()
        self.assertEqual(self.state(picking), "done")
        self.assertFalse(operation.paused_until)

    def test_right_is_missing(self):
        _order, picking = self.sell_and_ship()
        self.simulator.rights.discard("Magento_Sales::ship")
        log = self.export()
        self.assertIn("Ship", self.messages(log, "error"))
        self.assertIn("Magento_Sales::ship", self.messages(log, "error"))
        self.assertEqual(self.docs(picking_id=picking).attempt_count, 0)
        self.assertTrue(self.operation_of("export_shipments").paused_until)

    def test_cron(self):
        order, _picking = self.sell_and_ship()
        run_cron(self.su.ref("coopcycle_magento.ir_cron_export_shipments"))
        self.assertTrue(self.shipped(order))

    def test_queries(self):
        """The number of queries does not grow with more than a few for each."""
        self.connection.batch_size = 50
        counts = []
        for count in (4, 10):
            for order in self.import_many(count, ("SKU-001", 2), "SKU-002"):
                self.ship(self.sale(order), tracking="T1")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            log = self.export()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(log.done_count, count)
        self.assertLessEqual((counts[1] - counts[0]) / 6, 6, counts)


@tagged("post_install", "-at_install")
class TestMagentoShipmentsRights(MagentoDeliveryCommon):
    """Who may press the button, and who sees no button."""

    BOUGHT = (ONE,)

    def test_magento_user(self):
        order, picking = self.sell_and_ship()
        picking = picking.with_user(self.clerk)
        self.assertEqual(picking.magento_export_state, "pending")
        picking.action_magento_export()
        self.assertTrue(self.shipped(order))
        self.assertEqual(picking.read(["magento_number"])[0]["id"], picking.id)
        picking.action_open_magento_documents()
        picking.action_open_magento_log_lines()
        found = picking.search([("magento_export_state", "=", "done")])
        self.assertEqual(found, picking)

    def test_stock_user(self):
        """Whoever has no right to Magento does his work as ever."""
        user = self.make_user("storeman", "stock.group_stock_manager")
        order, sale = self.sell()
        picking = sale.picking_ids.with_user(user)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.read()[0]["magento_export_state"], "pending")
        for kind in ("form", LIST, "search"):
            arch = picking.get_view(view_type=kind)["arch"]
            self.assertNotIn("magento_export", arch)
        with self.assertRaises(AccessError):
            picking.action_magento_export()
        self.assertFalse(self.shipped(order))
        self.export()
        picking.invalidate_recordset()
        picking.read()
        picking.carrier_tracking_ref = "A1"
        self.export()
        self.assertEqual(self.numbers(order), ["A1"])

    def test_other_company(self):
        """A shop's deliveries are of its company; another one does not see them."""
        order, picking = self.sell_and_ship()
        company = self.su["res.company"].create({"name": "Other"})
        other = self.make_user("other", f"{USER},stock.group_stock_user", company)
        with self.assertRaises(AccessError):
            picking.with_user(other).action_magento_export()
        found = (
            self.su["stock.picking"]
            .with_user(other)
            .search([("magento_export_state", "!=", "none")])
        )
        self.assertFalse(found)
        self.assertFalse(self.shipped(order))
