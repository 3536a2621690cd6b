from odoo.tests import tagged

from ...shared.versions import GROUPS, PERIOD_LOCK
from ..common import ONE, THREE_PIECES, TWO_PIECES
from .invoices_common import InvoicesCommon


@tagged("post_install", "-at_install")
class TestMagentoReceivingInvoices(InvoicesCommon):
    """An invoice of the shop is tied to Odoo's; only else it becomes one."""

    BOUGHT = (ONE, ONE, TWO_PIECES, THREE_PIECES)

    def setUp(self):
        super().setUp()
        self.connection.import_invoices = "posted"

    def test_off(self):
        """By default nothing comes in, and nothing is asked for."""
        order, sale = self.sell()
        connection = self.make_connection()
        self.assertEqual(connection.import_invoices, "off")
        self.connection.import_invoices = "off"
        remote = self.shop_invoice(order)
        before = len(self.simulator.requests)
        self.take_in()
        self.assertEqual(len(self.simulator.requests), before)
        self.assertFalse(self.received(remote))
        self.assertFalse(sale.invoice_ids)

    def test_posted(self):
        order, sale = self.sell("SKU-001", ("SKU-002", 2), "VIRT-1")
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.assert_bills(self.received(remote), remote)
        self.assertEqual(sale.invoice_ids, move)
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assert_not_exported()
        self.take_in()
        self.assertEqual(len(sale.invoice_ids), 1)

    def test_draft(self):
        self.connection.import_invoices = "draft"
        order, _sale = self.sell()
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.assert_bills(self.received(remote), remote, "draft")
        move.action_post()
        self.assert_not_exported()

    def test_random(self):
        """Every kind of order, in parts and whole, to the cent."""
        self.add_rates()
        orders, remotes = [self.place_random(seed) for seed in range(8)], []
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            line = sale.order_line.filtered(lambda x: x.magento_role == "product")[:1]
            remotes.append(self.shop_invoice(order, {int(line.magento_item_id): 1}))
            if line.product_uom_qty > 1 or len(sale.order_line) > 2:
                remotes.append(self.shop_invoice(order))
        self.take_in()
        for remote in remotes:
            self.assert_bills(self.received(remote), remote)

    def test_kinds_of_products(self):
        order, sale = self.sell(
            {"sku": "TEE", "qty": 2, "variant": "TEE-M"}, "BUN-DYN", "BUN-FIX-SEP"
        )
        remote = self.shop_invoice(order)
        self.take_in()
        self.assert_bills(self.received(remote), remote)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_bundle_of_which_parts_are_billed(self):
        """The shop's invoice has no part of it that an invoice here has already."""
        order, sale = self.sell("BUN-FIX-SEP")
        draft = sale._create_invoices()
        parts = sale.order_line.filtered(lambda x: x.magento_role == "bundle_part")
        self.assertGreater(len(parts), 1)
        kept = draft.invoice_line_ids.filtered(lambda x: x.sale_line_ids == parts[0])
        (draft.invoice_line_ids - kept).unlink()
        draft.action_post()
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.assert_bills(self.received(remote), remote)
        self.assertNotIn(parts[0], move.invoice_line_ids.sale_line_ids)
        self.assertEqual(parts.mapped("qty_invoiced"), parts.mapped("product_uom_qty"))
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_covered_by_posted(self):
        order, sale = self.sell(("SKU-001", 2))
        invoice = self.post(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.received(remote).move_id, invoice)
        self.assertEqual(sale.invoice_ids, invoice)
        self.assert_not_exported()

    def test_covered_by_draft(self):
        order, sale = self.sell(("SKU-001", 2))
        draft = sale._create_invoices()
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.received(remote).move_id, draft)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(sale.invoice_ids, draft)

    def test_covered_by_another_total(self):
        """A draft of the same items that comes to more is tied; the rest shows."""
        order, sale = self.sell(("SKU-001", 4))
        move = sale._create_invoices()
        line = move.invoice_line_ids.filtered(lambda x: x.product_id.type != "service")
        line.price_unit += 1
        remote = self.shop_invoice(order)
        self.take_in()
        document = self.received(remote)
        self.assertEqual(document.move_id, move)
        self.assertAlmostEqual(document.odoo_total, move.amount_total)
        self.assertAlmostEqual(
            document.difference, remote["grand_total"] - move.amount_total
        )
        self.assertTrue(document.difference)
        self.assertTrue(document.difference_cause)
        equal_order, equal = self.sell()
        self.post(equal)
        remote = self.shop_invoice(equal_order)
        self.take_in()
        document = self.received(remote)
        self.assertAlmostEqual(document.odoo_total, remote["grand_total"])
        self.assertFalse(document.difference or document.difference_cause)

    def test_part_of_a_posted_one(self):
        """Two invoices of the shop are one in Odoo; the rest is still exported."""
        order, sale = self.sell(("SKU-001", 3))
        self.method(sale, invoice_rule="validate")
        invoice = self.post(sale)
        item = self.item(order, "SKU-001")
        remotes = [self.shop_invoice(order, {item: 1}) for _number in range(2)]
        self.take_in()
        for remote in remotes:
            self.assertEqual(self.received(remote).move_id, invoice)
        self.connection.run_operation("export_invoices")
        self.assertEqual(len(self.simulator.book.invoices.all()), 3)
        self.assertEqual(order["items"][0]["qty_invoiced"], 3)

    def test_other_draft(self):
        """A draft with other items is not the one, and nothing is billed twice."""
        order, sale = self.sell(("SKU-001", 3))
        draft = sale._create_invoices()
        remote = self.shop_invoice(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        document = self.received(remote)
        self.assertEqual(document.sync_state, "pending")
        self.assertIn("leaves only 0", document.last_error)
        draft.unlink()
        document.action_retry()
        self.assert_bills(document, remote)

    def test_exported_does_not_come_back(self):
        _order, sale = self.sell()
        self.method(sale, invoice_rule="validate")
        invoice = self.post(sale)
        self.connection.run_operation("export_invoices")
        self.take_in()
        self.assertEqual(sale.invoice_ids, invoice)
        documents = self.su["magento.document"].search([("kind", "=", "invoice")])
        self.assertEqual(documents.mapped("direction"), ["push"])

    def test_locked_period(self):
        self.company.fiscalyear_lock_date = "2021-12-31"
        order, _sale = self.sell()
        remote = self.shop_invoice(order)
        self.change_remote(
            self.simulator.book.invoices, remote, created_at="2021-06-01 10:00:00"
        )
        log = self.take_in()
        document = self.received(remote)
        move = self.assert_bills(document, remote, "draft")
        self.assertIn("locked period", document.waiting_reason)
        self.assertIn("locked period", self.messages(log, "warning"))
        self.assertEqual(str(move.invoice_date), "2021-06-01")

    def test_other_locks(self):
        """The lock of taxes counts, and the one that advisers themselves may pass."""
        self.manager.sudo()[GROUPS] += self.env.ref("account.group_account_manager")
        for name in ("tax_lock_date", PERIOD_LOCK):
            self.company[name] = "2021-12-31"
            order, _sale = self.sell()
            remote = self.shop_invoice(order)
            self.change_remote(
                self.simulator.book.invoices, remote, created_at="2021-06-01 10:00:00"
            )
            self.take_in()
            document = self.received(remote)
            self.assert_bills(document, remote, "draft")
            self.assertIn("Resolution", document.waiting_reason, name)
            self.company[name] = False

    def test_day_after_the_lock(self):
        self.company.fiscalyear_lock_date = "2021-12-31"
        order, _sale = self.sell()
        remote = self.shop_invoice(order)
        self.change_remote(
            self.simulator.book.invoices, remote, created_at="2022-01-01 10:00:00"
        )
        self.take_in()
        self.assert_bills(self.received(remote), remote)

    def test_currency(self):
        order, _sale = self.sell(store="us", billing={"country_id": "FR"})
        remote = self.shop_invoice(order)
        self.take_in(self.clerk)
        self.assert_bills(self.received(remote), remote)

    def test_queries(self):
        """What an invoice costs does not grow with their number."""

        def invoice_many(count):
            for order in self.import_many(count, "SKU-001", ("SKU-002", 2)):
                self.shop_invoice(order)

        invoice_many(2)
        self.count_queries()
        invoice_many(5)
        few = self.count_queries()
        invoice_many(10)
        many = self.count_queries()
        self.assertLess(many, 2 * few)

    def test_key_of_a_push(self):
        order, sale = self.sell()
        document = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "invoice",
                "direction": "push",
                "sale_order_id": sale.id,
                "sync_state": "unknown",
            }
        )
        remote = self.shop_invoice(order, comment=f"INV/1 [{document.key}]")
        self.take_in()
        self.assertFalse(self.received(remote))
        self.assertFalse(sale.invoice_ids)
