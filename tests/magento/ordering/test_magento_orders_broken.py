import json
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.magento.ordering.importing import OrderPage
from ....models.magento.ordering.reading import window
from ....tools.magento import client
from ..broken_common import SLOW_PATH, BrokenRecords
from ..common import MagentoCommon

RUNNER = "odoo.addons.coopcycle_magento.models.shared.integration_runner_mixin"
SQL = "odoo.sql_db"


@tagged("post_install", "-at_install")
class TestMagentoOrdersBroken(BrokenRecords, MagentoCommon):
    """One bad order never stops the others: it waits with a cause, or comes in."""

    def assert_others_came_in(self, log, good):
        self.assertIn(log.state, ("done", "partial"), self.messages(log))
        for order in good:
            self.assertTrue(self.sale(order), order["increment_id"])
        self.assertFalse(self.operation.last_error)
        self.assertTrue(self.operation.watermark)

    def assert_waits(self, order, code):
        document = self.document(order)
        self.assertFalse(self.sale(order))
        self.assertEqual((document.sync_state, document.error_code), ("pending", code))
        self.assertTrue(document.last_error)
        return document

    def place_broken(self, path, breakage, *lines):
        order = self.place(*(lines or ("SKU-001", "SKU-002")))
        self.break_record(self.simulator.book.orders, order, path, breakage)
        return order

    @settings(
        max_examples=1,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 10**6))
    @mute_logger(SLOW_PATH, SQL)
    def test_any_field(self, seed):
        """Each field of an order is broken in any way, and the others come in."""
        shelf = self.simulator.book.orders
        lines = ({"sku": "TEE", "variant": "TEE-M"}, {"sku": "SKU-001", "discount": 1})
        pattern = self.place(*lines)
        good, broken = [pattern], {}
        for path, kind in self.draw_breakages(shelf.shown(pattern), seed):
            order = self.place(*lines)
            self.break_record(shelf, order, path, kind)
            broken[order["entity_id"]] = (order, path, kind)
            if len(broken) % 10 == 0:
                good.append(self.place())
        log = self.run_import()
        self.assert_others_came_in(log, good)
        for order, path, kind in broken.values():
            with self.subTest(path=path, kind=kind):
                waiting = self.find_waiting("order", order)
                is_left_out = path == ("state",) and not waiting
                if not self.sale(order) and not is_left_out:
                    self.assertTrue(waiting)
                    self.assertTrue(all(waiting.mapped("last_error")))
            shelf.remove(order["entity_id"])
        self.su["magento.document"].search([("kind", "=", "order")]).unlink()

    def test_what_a_database_refuses(self):
        """NUL and halves of pairs are left out of what comes in."""
        fields = (
            ("items", 0, "name"),
            ("items", 0, "sku"),
            ("customer_firstname",),
            ("customer_email",),
            ("billing_address", "street", 0),
            ("billing_address", "city"),
            ("increment_id",),
        )
        good = [self.place()]
        for path in fields:
            for kind in ("NUL", "lone surrogate", "control characters"):
                order = self.place()
                self.change(order, customer_firstname="Ann")
                self.break_record(self.simulator.book.orders, order, path, kind)
        good.append(self.place())
        log = self.run_import()
        self.assert_others_came_in(log, good)
        sales = self.su["sale.order"].search(
            [("magento_connection_id", "=", self.connection.id)]
        )
        self.assertIn("ab", sales.mapped("magento_increment_id"))
        self.assertIn("ab", sales.partner_invoice_id.mapped("city"))

    def test_numbers_beyond_all_bounds(self):
        """They wait with the field's name, and are kept."""
        orders = {}
        for kind in ("beyond a float", "beyond a decimal", "giant integer", "NaN"):
            orders[kind] = self.place_broken(("grand_total",), kind)
        good = self.place()
        self.assert_others_came_in(self.run_import(), [good])
        for kind, order in orders.items():
            with self.subTest(kind):
                document = self.assert_waits(order, "malformed")
                self.assertIn("grand_total", document.last_error)
                self.assertTrue(document.payload)
        self.simulator.book.orders.mend(order["entity_id"])
        self.run_import()
        self.assertTrue(self.sale(order))

    def test_payload_that_cannot_be_kept(self):
        """The cause is kept without it."""
        order = self.place_broken(("grand_total",), "text")
        good = self.place()
        documents = type(self.su["magento.document"])
        prepare = documents._prepare_problem_vals

        def prepare_odd(document, raw, problem, message):
            return {
                **prepare(document, raw, problem, message),
                "payload": {"a": "\x00"},
            }

        with (
            patch.object(documents, "_prepare_problem_vals", prepare_odd),
            mute_logger(SQL),
        ):
            self.assert_others_came_in(self.run_import(), [good])
        document = self.assert_waits(order, "malformed")
        self.assertFalse(document.payload)

    def test_longer_than_an_index_holds(self):
        """PostgreSQL calls it an error of its operation, but it is the order's."""
        order = self.place_broken(("items", 0, "sku"), "huge text")
        named = self.place("SKU-001")
        shown = json.loads(json.dumps(self.simulator.book.orders.shown(named)))
        text = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(9000))
        shown["billing_address"] |= {"firstname": text, "lastname": text}
        self.simulator.book.orders.show_as(named["entity_id"], json.dumps(shown))
        good = self.place()
        with mute_logger(SLOW_PATH, SQL):
            self.assert_others_came_in(self.run_import(), [good])
        self.assert_waits(order, "malformed")
        if not self.sale(named):
            self.assert_waits(named, "refused")

    def test_comma_in_sku(self):
        """An SKU with a comma and a custom option, alone in its page."""
        self.su["product.product"].create(
            {"name": "Cable", "default_code": "CABLE-2,5", "taxes_id": False}
        )
        line = {"sku": "SKU-001", "qty": 3, "custom_options": {7: "5 m"}}
        orders = [self.place(), self.place(line), self.place("SKU-002")]
        orders[1]["items"][0]["sku"] = "CABLE-2,5"
        self.change(orders[1])
        self.connection.page_size = 1
        self.assert_others_came_in(self.run_import(), orders)


@tagged("post_install", "-at_install")
class TestMagentoOrdersList(MagentoCommon):
    """An order at which the shop's own list fails, and orders that come late."""

    def setUp(self):
        super().setUp()
        self.orders = [self.place() for _number in range(6)]
        self.bad = self.orders[2]

    def came_in(self):
        return [order for order in self.orders if self.sale(order)]

    def assert_left_out(self, log, *bad):
        self.assertIn(log.state, ("done", "partial"), self.messages(log))
        self.assertFalse(self.operation.last_error)
        wanted = [order for order in self.orders if order not in bad]
        self.assertEqual(self.came_in(), wanted)
        for order in bad:
            document = self.document(order)
            self.assertEqual(
                (document.sync_state, document.error_code), ("pending", "not_listed")
            )
            self.assertIn("Details are available in Magento log", document.last_error)

    def test_one_order(self):
        """It is kept with Magento's words, whatever the size of a page."""
        self.simulator.book.orders.break_(self.bad["entity_id"])
        for size in (100, 2, 1):
            with self.subTest(size=size):
                self.connection.page_size = size
                self.assert_left_out(self.run_import(), self.bad)
                self.operation.watermark = False
        self.assertEqual(
            self.su["magento.document"].search_count([("kind", "=", "order")]), 1
        )
        self.simulator.book.orders.mend(self.bad["entity_id"])
        self.run_import()
        self.assertTrue(self.sale(self.bad))
        self.assertEqual(self.document(self.bad).sync_state, "done")

    def test_few_requests(self):
        """It is looked for once; later runs ask for it and the others apart."""
        self.run_import()
        self.simulator.requests.clear()
        late = self.place()
        self.simulator.book.orders.break_(late["entity_id"])
        self.run_import()
        self.assertLess(self.simulator.count("GET", "orders"), 20)
        self.simulator.requests.clear()
        self.run_import()
        self.assertLessEqual(self.simulator.count("GET", "orders"), 4)

    def test_known_order(self):
        """One that is here already says that its changes do not come."""
        self.run_import()
        self.simulator.book.orders.break_(self.bad["entity_id"])
        self.run_import()
        document = self.document(self.bad)
        self.assertEqual(document.error_code, "not_listed")
        self.assertEqual(document.sale_order_id, self.sale(self.bad))
        self.simulator.book.orders.mend(self.bad["entity_id"])
        self.run_import()
        self.assertEqual(document.sync_state, "done")

    def test_larger_than_any_answer(self):
        shown = self.simulator.book.orders.shown(self.bad)
        text = json.dumps(shown | {"remark": "x" * 400_000})
        self.simulator.book.orders.show_as(self.bad["entity_id"], text)
        with patch.object(client, "LARGEST_ANSWER", 300_000):
            log = self.run_import()
        self.assertEqual(log.state, "partial")
        self.assertEqual(len(self.came_in()), 5)
        self.assertIn("too large", self.document(self.bad).last_error)

    def test_all_fail(self):
        """Then it is the shop; but the next run goes on after these."""
        for order in self.orders:
            self.simulator.book.orders.break_(order["entity_id"])
        with patch.object(window, "MOST_BROKEN", 4):
            log = self.run_import()
        self.assertEqual((log.state, self.came_in()), ("failed", []))
        self.assertEqual(self.operation.cursor, str(self.orders[3]["entity_id"]))
        for order in self.orders[4:]:
            self.simulator.book.orders.mend(order["entity_id"])
        self.run_import()
        self.assertEqual(self.came_in(), self.orders[4:])

    def test_committed_late(self):
        """An order whose id is smaller than those that were there before it."""
        self.connection.page_size = 2
        book = self.simulator.book.orders
        late = book._documents.pop(self.orders[0]["entity_id"])
        import_ = OrderPage.import_

        def import_and_commit(page, raws, result):
            import_(page, raws, result)
            book._documents[late["entity_id"]] = late

        with patch.object(OrderPage, "import_", import_and_commit):
            log = self.run_import()
        self.assertEqual(log.state, "done", self.messages(log))
        self.run_import()
        self.assertEqual(self.came_in(), self.orders)

    def test_deadline_of_what_is_asked_for(self):
        """What is asked for by days ends in time, and says where to go on."""
        self.connection.page_size = 2
        log = self.operation._run(
            "user", deadline=1, date_from="2020-01-01", date_to="2100-01-01"
        )
        self.assertEqual(len(self.came_in()), 2)
        self.assertIn(self.orders[1]["created_at"], self.messages(log.sudo()))


@tagged("post_install", "-at_install")
class TestMagentoFailureTold(MagentoCommon):
    """A run that fails says so, whatever state the transaction is in."""

    def fail_with(self, work):
        def import_(page, raws, result):
            work(page.env)

        self.place()
        with patch.object(OrderPage, "import_", import_), mute_logger(SQL, RUNNER):
            return self.run_import()

    def alerts(self):
        return self.connection.sudo().activity_ids

    def test_aborted_transaction(self):
        log = self.fail_with(lambda env: env.cr.execute("SELECT 1 / 0"))
        self.assertEqual(log.state, "failed")
        self.assertIn("division by zero", self.messages(log, "error"))
        self.assertIn("division by zero", self.operation.last_error)
        self.assertEqual(self.alerts().summary, "Import Orders failed")
        self.assertIn("division by zero", self.alerts().note)
        self.assertEqual(self.alerts().user_id, self.connection.user_id)
        self.fail_with(lambda env: env.cr.execute("SELECT 1 / 0"))
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(self.run_import().state, "done")
        self.assertFalse(self.alerts())
        self.assertFalse(self.operation.failed_run_count)

    def test_what_passes_by_itself(self):
        """A shop that is away for a moment is nobody's work; one that stays away is."""
        self.simulator.faults.add("maintenance", path="/V1/orders")
        for count in (0, 0, 1, 1):
            self.run_import()
            self.assertEqual(len(self.alerts()), count)
        self.simulator.faults.clear()
        self.run_import()
        self.assertFalse(self.alerts())
