import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ....compat import product_kind
from ....models.magento.ordering.reading import Window
from ...simulators.magento.book import Shelf, visible
from ...simulators.serving.answers import RawJson, json_text
from ..common import MagentoCommon

REFUSAL = UserError("Odoo does not want it")
# Requests for what follows the first page, and for nothing at all
AFTER_THE_FIRST = "=gt&|=eq&"


@tagged("post_install", "-at_install")
class TestMagentoOrdersChoice(MagentoCommon):
    """Which orders come in."""

    def came_in(self, *orders):
        return [bool(self.sale(order)) for order in orders]

    def test_window(self):
        """Later runs ask for what changed since, in UTC, with an overlap."""
        self.import_one()
        first = self.operation.watermark
        self.assertLess(abs(first - fields.Datetime.now()), timedelta(minutes=1))
        self.simulator.requests.clear()
        order = self.place()
        self.assertTrue(self.import_placed(order))
        asked = [t for _m, t, _s in self.simulator.requests if "updated_at" in t]
        since = (first - timedelta(minutes=10)).isoformat(" ", "seconds")
        self.assertIn(since, asked[0])

    def test_import_since(self):
        """Orders placed before *import since* stay out; earlier ones come in later."""
        old = self.place(at="2026-01-01 00:00:00")
        self.change(old)
        new = self.place(at="2026-03-01 00:00:00")
        self.connection.import_since = "2026-02-01"
        self.run_import()
        self.assertEqual(self.came_in(old, new), [False, True])
        self.connection.import_since = "2025-12-31"
        self.run_import()
        self.assertEqual(self.came_in(old, new), [True, True])

    def test_store(self):
        store = self.connection.store_ids.filtered(lambda each: each.code == "us")
        store.import_orders = False
        orders = [self.place(), self.place(store="us")]
        self.run_import()
        self.assertEqual(self.came_in(*orders), [True, False])
        store.import_orders = True
        self.run_import()
        self.assertEqual(self.came_in(*orders), [True, True])

    def test_state(self):
        order = self.place(state="pending_payment")
        self.run_import()
        self.assertEqual(self.came_in(order), [False])
        self.change(order, state="processing")
        self.run_import()
        self.assertEqual(self.came_in(order), [True])

    def test_payment_rule(self):
        rules = {"checkmo": "always", "banktransfer": "paid", "paypal_express": "never"}
        methods = self.connection.payment_method_ids
        self.place(payment="paypal_express")
        self.connection.action_fetch_configuration()
        for method in methods | self.connection.payment_method_ids:
            method.import_rule = rules.get(method.code)
        orders = [self.place(payment=code) for code in rules]
        self.run_import()
        self.assertEqual(self.came_in(*orders), [True, False, False])

    def test_by_number(self):
        orders = [self.place(), self.place(), self.place()]
        numbers = [order["increment_id"] for order in orders[:2]]
        self.connection._run_operation("import_orders", increment_ids=numbers)
        self.assertEqual(self.came_in(*orders), [True, True, False])

    def test_by_date(self):
        days = ("2026-01-01", "2026-01-10", "2026-01-20")
        orders = [self.place(at=f"{day} 12:00:00") for day in days]
        self.connection._run_operation(
            "import_orders",
            date_from=fields.Datetime.to_datetime("2026-01-05"),
            date_to=fields.Datetime.to_datetime("2026-01-15"),
        )
        self.assertEqual(self.came_in(*orders), [False, True, False])

    def test_many_numbers(self):
        """So many numbers that one address could not name them."""
        order = self.place()
        numbers = [f"{number:09}" for number in range(1, 250)]
        log = self.connection._run_operation("import_orders", increment_ids=numbers)
        self.assertEqual(log.state, "done")
        self.assertEqual(self.came_in(order), [True])

    def test_name(self):
        """The order's name is Magento's number, after the connection's prefix."""
        order = self.place()
        self.assertEqual(self.import_placed(order).name, order["increment_id"])
        self.connection.order_prefix = "SHOP-"
        order = self.place()
        self.assertEqual(
            self.import_placed(order).name, f"SHOP-{order['increment_id']}"
        )

    def test_store_settings(self):
        """Warehouse, sales team and language are the store's."""
        warehouse = self.su["stock.warehouse"].create(
            {"name": "Second", "code": "WH9", "company_id": self.company.id}
        )
        team = self.su["crm.team"].create({"name": "Shop"})
        self.connection.store_ids.write(
            {"warehouse_id": warehouse.id, "team_id": team.id}
        )
        sale = self.import_one()
        self.assertEqual((sale.warehouse_id, sale.team_id), (warehouse, team))
        self.assertEqual(sale.picking_ids.picking_type_id.warehouse_id, warehouse)

    def test_second_connection(self):
        """Another shop in the same company has its own orders, of the same numbers."""
        other = self.make_connection(name="Other")
        order = self.place()
        self.run_import()
        self.run_import(other)
        sales = self.sale(order) | self.sale(order, other)
        self.assertEqual(len(sales), 2)
        self.assertEqual(len(set(sales.mapped("name"))), 1)

    def test_installed_anew(self):
        """An order that is here under its number, of no connection, waits."""
        order = self.place()
        self.connection.order_prefix = "M-"
        known = self.su["sale.order"].create(
            {
                "name": f"M-{order['increment_id']}",
                "partner_id": self.clerk.partner_id.id,
                "company_id": self.company.id,
            }
        )
        other = self.place()
        self.run_import()
        self.assertFalse(self.sale(order))
        self.assertTrue(self.sale(other))
        document = self.document(order)
        self.assertEqual(document.error_code, "order_there")
        self.assertIn(known.name, document.last_error)
        known._action_cancel()
        self.run_import()
        self.assertTrue(self.sale(order))


@tagged("post_install", "-at_install")
class TestMagentoOrdersProblems(MagentoCommon):
    """A bad order waits with a remedy; the others come in."""

    def assert_waits(self, bad, pattern):
        """Import a bad order beside two good ones, and return its document."""
        [document] = self.assert_wait([bad], pattern)
        return document

    def assert_wait(self, bad, pattern):
        """Import bad orders beside two good ones.

        :return: their documents, as a list
        """
        good = [self.place(), self.place()]
        log = self.run_import()
        self.assertEqual(log.state, "partial")
        self.assertEqual(log.failed_count, len(bad))
        errors = log.line_ids.filtered(lambda line: line.level == "error")
        self.assertEqual(len(errors), len(bad))
        for error in errors:
            self.assertRegex(error.message, pattern)
        for order in bad:
            self.assertFalse(self.sale(order))
        for order in good:
            self.assertEqual(self.sale(order).state, "sale")
        again = self.run_import()
        self.assertEqual(again.failed_count, len(bad))
        self.assertFalse(self.messages(again, "error"), "the same error twice")
        return list(map(self.document, bad))

    def assert_comes_in(self, order, document):
        """Once it is mended, the order comes in by itself, alone."""
        self.simulator.requests.clear()
        document.with_env(self.env).action_retry()
        self.assertEqual(self.simulator.count("GET", "/V1/orders"), 1)
        self.assertEqual(self.sale(order).state, "sale")
        self.assertEqual((document.sync_state, document.last_error), ("done", False))
        self.assertFalse(document.payload)

    def test_missing_product(self):
        product = self.product("SKU-003")
        product.default_code = "sku-003"
        order = self.place("SKU-003")
        document = self.assert_waits(order, "SKU-003.*Resolution: ")
        self.assertEqual(document.error_code, "product_missing")
        product.default_code = "SKU-003"
        self.assert_comes_in(order, document)

    def test_next_run_retries(self):
        product = self.product("SKU-003")
        product.active = False
        order = self.place("SKU-003")
        self.assertEqual(
            self.assert_waits(order, "archived").error_code, "product_archived"
        )
        product.active = True
        log = self.run_import()
        self.assertEqual((log.state, self.sale(order).state), ("done", "sale"))

    def test_ambiguous_product(self):
        twin = self.product("SKU-003").copy({"default_code": "SKU-003"})
        order = self.place("SKU-003")
        document = self.assert_waits(order, "2 products.*SKU-003")
        self.assertEqual(document.error_code, "product_ambiguous")
        twin.default_code = "SKU-003b"
        self.assert_comes_in(order, document)

    def test_unknown_tax(self):
        self.simulator.shop.add_tax_rate("ODD", "17.17", tax_class=-2)
        order = self.place({"sku": "SKU-001", "taxes": ["ODD"]})
        document = self.assert_waits(order, "ODD of 17.17 %.*Resolution")
        tax = self.make_tax(17.17)
        self.connection.tax_ids.filtered(lambda rate: rate.code == "ODD").tax_id = tax
        self.assert_comes_in(order, document)

    def test_unknown_payment_method(self):
        order = self.place(payment="paypal_express")
        document = self.assert_waits(order, "PayPal Express Checkout.*Resolution")
        method = self.connection.payment_method_ids.filtered(
            lambda each: each.code == "paypal_express"
        )
        method.import_rule = "always"
        self.assert_comes_in(order, document)

    def test_unknown_store(self):
        self.simulator.shop.add_view("new")
        order = self.place(store="new")
        document = self.assert_waits(order, "Fetch from Magento")
        self.connection.action_fetch_configuration()
        self.assert_comes_in(order, document)

    def test_malformed(self):
        """Whatever is missing or of another shape, in whichever field."""
        cases = (
            ("items", None),
            ("items", [{"sku": "SKU-001"}]),
            ("items", [7]),
            ("grand_total", "a lot"),
            ("created_at", "yesterday"),
            ("payment", ["checkmo"]),
            ("order_currency_code", ""),
            ("billing_address", [1, 2]),
            ("extension_attributes", {"item_applied_taxes": [3]}),
        )
        orders = [self.place() for _case in cases]
        with ExitStack() as stack:
            for order, (name, value) in zip(orders, cases, strict=True):
                stack.enter_context(answered(order, **{name: value}))
            documents = self.assert_wait(orders, "Resolution")
        for document, (name, value) in zip(documents, cases, strict=True):
            with self.subTest(name=name, value=value):
                self.assertEqual(document.error_code, "malformed")
                self.assertIn("Resolution", document.last_error)
        self.assert_comes_in(orders[0], documents[0])
        self.run_import()
        for order, document in zip(orders, documents, strict=True):
            self.assertEqual(self.sale(order).state, "sale")
            self.assertEqual(document.sync_state, "done")

    def test_without_id(self):
        """An order that has no id is told once, and stops nothing."""
        raw = {"increment_id": "odd", "items": []}
        good = self.place()
        read = Window.read_pages

        def read_pages(window, criteria, **options):
            for page in read(window, criteria, **options):
                yield [*page, raw, 7]

        with patch.object(Window, "read_pages", read_pages):
            log = self.run_import()
            self.assertEqual(log.failed_count, 2)
            self.assertEqual(
                len(log.line_ids.filtered(lambda x: x.level == "error")), 2
            )
            self.assertTrue(self.sale(good))
            self.assertFalse(self.messages(self.run_import(), "error"))

    def test_refused_by_odoo(self):
        """What Odoo itself refuses is said in its words, and only of that order."""
        sale_class = type(self.su["sale.order"])
        create = sale_class.create

        def refuse(model, vals_list):
            if any(
                vals.get("magento_increment_id") == bad["increment_id"]
                for vals in vals_list
            ):
                raise REFUSAL
            return create(model, vals_list)

        bad = self.place()
        with patch.object(sale_class, "create", refuse):
            document = self.assert_waits(bad, "Odoo does not want it")
        self.assert_comes_in(bad, document)

    @mute_logger(
        "odoo.addons.coopcycle_magento.models.magento.ordering.importing.slow_path"
    )
    def test_bug_in_one_order(self):
        """Nor does an error of a program stop the others."""
        sale_class = type(self.su["sale.order"])
        confirm = sale_class.action_confirm

        def fail(sales):
            if bad["increment_id"] in sales.mapped("magento_increment_id"):
                raise ZeroDivisionError("a bug")
            return confirm(sales)

        bad = self.place()
        with patch.object(sale_class, "action_confirm", fail):
            document = self.assert_waits(bad, "a bug")
        self.assert_comes_in(bad, document)

    def test_created_products(self):
        """Missing products are made if the connection says so, of Magento's kind."""
        self.connection.create_products = True
        catalog = self.simulator.catalog
        catalog.add("NEW", "New thing", 5)
        catalog.add("DOWN", "Song", 2, "downloadable")
        catalog.add("NEW-M", "Shirt M", 5)
        catalog.add("SHIRT", "Shirt", 0, "configurable", variants={"NEW-M": 5})
        catalog.add_bundle("BOX", [("NEW", 2, 3)], 20)
        order = self.place(
            "NEW", "DOWN", {"sku": "SHIRT", "variant": "NEW-M"}, "BOX",
            {"sku": "NEW", "grouped": True},
        )  # fmt: skip
        sale = self.import_placed(order)
        self.assert_equal_totals(sale, order)
        kinds = {
            "NEW": "product",
            "DOWN": "service",
            "NEW-M": "product",
            "BOX": "service",
        }
        for sku, kind in kinds.items():
            self.assertRecordValues(self.product(sku), [product_kind(kind)])
        self.assertEqual(self.product("NEW-M").name, "Shirt M")
        self.assertFalse(self.product("SHIRT"))

    def test_skipped(self):
        """An order that somebody left out for good stays out, until it is retried."""
        product = self.product("SKU-003")
        product.active = False
        order = self.place("SKU-003")
        document = self.assert_waits(order, "archived")
        document.action_skip()
        product.active = True
        log = self.run_import()
        self.assertEqual((log.state, bool(self.sale(order))), ("done", False))
        self.assert_comes_in(order, document)

    def test_left_out_then_wrong(self):
        """An order that the rules left out while it waited tells its error again."""
        self.product("SKU-003").active = False
        order = self.place("SKU-003")
        self.assert_waits(order, "archived")
        method = self.connection.payment_method_ids.filtered(
            lambda m: m.code == "checkmo"
        )
        method.import_rule = "never"
        self.run_import()
        self.assertEqual(self.document(order).sync_state, "done")
        method.import_rule = "always"
        log = self.run_import()
        self.assertRegex(self.messages(log, "error"), "archived")


@tagged("post_install", "-at_install")
class TestMagentoOrdersFaults(MagentoCommon):
    """Whatever the shop or the network does, it is explained, and nothing is lost."""

    def setUp(self):
        super().setUp()
        self.connection.page_size = 2
        self.orders = [self.place() for _number in range(5)]

    def came_in(self):
        return [bool(self.sale(order)) for order in self.orders]

    def assert_recovers(self, failed_log, pattern, came_in):
        self.assertEqual(failed_log.state, "failed")
        self.assertRegex(self.messages(failed_log, "error"), pattern)
        self.assertRegex(self.operation.last_error, pattern)
        self.assertFalse(self.operation.watermark)
        self.assertEqual(self.came_in().count(True), came_in)
        self.simulator.faults.clear()
        log = self.run_import()
        self.assertEqual(log.state, "done")
        self.assertTrue(all(self.came_in()))
        self.assertFalse(self.operation.last_error)
        self.assertTrue(self.operation.watermark)

    def test_page_that_fails(self):
        """What came in stays, and the next run goes on after it."""
        self.simulator.faults.add("internal_error", path=AFTER_THE_FIRST)
        log = self.run_import()
        self.assert_recovers(log, "500.*Resolution", came_in=2)
        self.assertIn("2 orders came in", self.messages(log))

    def test_page_that_repeats(self):
        """A page that comes twice in place of another is noticed before any is lost."""
        self.simulator.faults.add("duplicate_page", path=AFTER_THE_FIRST)
        self.assert_recovers(self.run_import(), "left out a page", came_in=2)

    def test_page_that_repeats_once(self):
        self.simulator.faults.add("duplicate_page", path=AFTER_THE_FIRST, times=1)
        self.run_import()
        self.run_import()
        self.assertTrue(all(self.came_in()))

    def test_broken_answers(self):
        for kind, pattern in (
            ("html_page", "did not come from Magento"),
            ("unauthorized", "401.*Magento_Sales::actions_view"),
            ("maintenance", "maintenance.*503"),
            ("garbage", "did not come from Magento"),
            ("hang_up", "broke the connection off"),
            ("too_many_requests", "fewer requests"),
        ):
            with self.subTest(kind):
                self.simulator.faults.add(kind, path="/V1/orders")
                watermark = self.operation.watermark
                log = self.run_import()
                self.assertEqual(log.state, "failed")
                self.assertRegex(self.operation.last_error, pattern)
                self.assertRegex(self.messages(log, "error"), "Resolution")
                self.assertEqual(self.operation.watermark, watermark)
                self.simulator.faults.clear()
                self.assertEqual(self.run_import().state, "done")
                self.assertFalse(self.operation.last_error)

    def test_shop_that_is_down(self):
        """Also in the very first run, which fetches the configuration."""
        connection = self.make_connection(name="Down")
        self.simulator.stop()
        log = self.run_import(connection)
        self.assertEqual(log.state, "failed")
        self.assertRegex(self.messages(log, "error"), "refused.*Resolution")
        with self.assertRaisesRegex(UserError, "refused.*Resolution"):
            connection.action_fetch_configuration()

    def test_order_that_changes_meanwhile(self):
        """An order that changes while the pages are read is read again later."""
        page_class = type(self.operation)
        import_page = page_class._import_page
        first = self.orders[0]

        def import_and_change(operation, *args, **kwargs):
            res = import_page(operation, *args, **kwargs)
            if first["status"] == "pending":
                self.change(first, status="changed")
            return res

        with patch.object(page_class, "_import_page", import_and_change):
            self.assertEqual(self.run_import().state, "done")
        self.assertTrue(all(self.came_in()))
        self.run_import()
        self.assertEqual(self.sale(first).magento_status, "changed")

    def test_order_that_is_deleted_meanwhile(self):
        """The others move up a place: none of them is skipped."""
        operation_class = type(self.operation)
        import_page = operation_class._import_page
        book = self.simulator.book.orders

        def import_and_delete(operation, *args, **kwargs):
            res = import_page(operation, *args, **kwargs)
            book._documents.pop(self.orders[0]["entity_id"], None)
            return res

        with patch.object(operation_class, "_import_page", import_and_delete):
            log = self.run_import()
        self.assertEqual(log.state, "done")
        self.assertTrue(all(self.came_in()))

    def test_deadline(self):
        """What is too much for one run goes on in the next one, which is asked for."""
        operation = self.su["magento.operation"]._get(self.connection, "import_orders")
        cron = self.env.ref("coopcycle_magento.ir_cron_import_orders")
        triggers = self.su["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        log = operation._run("schedule", deadline=time.monotonic()).sudo()
        self.assertIn("More orders follow", self.messages(log))
        self.assertEqual(
            self.su["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
        )
        self.assertFalse(operation.watermark)
        self.assertEqual(operation.cursor, str(self.orders[1]["entity_id"]))
        self.assertEqual(self.came_in().count(True), 2)
        self.run_import()
        self.assertTrue(all(self.came_in()))
        self.assertTrue(operation.watermark)

    def test_run_by_schedule(self):
        """The scheduled action runs all connections, and never raises."""
        down = self.make_connection(name="A", base_url="http://127.0.0.1:9")
        self.su["magento.operation"]._cron_run("import_orders")
        self.assertTrue(all(self.came_in()))
        operation = down.sudo().operation_ids.filtered(
            lambda o: o.code == "import_orders"
        )
        self.assertIn("Resolution", operation.last_error)

    def test_others_must_not_run(self):
        stranger = self.make_user("stranger", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.connection.with_user(stranger).run_operation("import_orders")


@contextmanager
def answered(order, **fields):
    """Let the shop answer fields of an order that its own code could not work with."""
    render = Shelf.text

    def text(shelf, document):
        if document is order:
            return RawJson(json_text(visible(document) | fields))
        return render(shelf, document)

    with patch.object(Shelf, "text", text):
        yield
