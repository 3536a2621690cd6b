from odoo.tests import tagged

from ..reconciling.test_magento_reconciliation import ReconciliationCommon
from .receiving_common import MagentoReceivingCommon

CODES = ("import_orders", "import_invoices", "import_shipments", "import_credit_memos")


@tagged("post_install", "-at_install")
class TestMagentoClosedBefore(MagentoReceivingCommon, ReconciliationCommon):
    """Orders that were over in Magento before Odoo saw what was done with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.import_invoices = "posted"
        cls.connection.import_state_ids = cls.env["magento.order.state"].search([])
        cls.location = cls.stock_up(100)

    def run_all(self):
        """Run all imports, and post the credit notes that are drafts."""
        for code in CODES:
            self.connection.run_operation(code)
        drafts = self.su["account.move"].search([("state", "=", "draft")])
        drafts.filtered("magento_is_creditmemo").action_post()

    def live(self, order, is_shipped=True):
        """Let the shop invoice, ship and refund an order."""
        self.admin.invoice(order["entity_id"])
        if is_shipped:
            self.admin.ship(order["entity_id"])
        self.admin.refund(order["entity_id"])
        self.assertEqual(order["state"], "closed")

    def left(self, sku):
        """Return how many of a product have left."""
        product = self.product(sku).with_company(self.company)
        return 100 - product.with_context(location=self.location.id).qty_available

    def assert_over(self, *orders):
        """Books and goods agree, nothing waits, and nothing is asked for anew."""
        for order in orders:
            sale = self.sale(order)
            self.assertFalse(
                sale.picking_ids.filtered(lambda x: x.state not in ("done", "cancel"))
            )
            self.assertFalse(sale.order_line.filtered("qty_to_invoice"))
            moves = sale.invoice_ids
            self.assertEqual(set(moves.mapped("state")), {"posted"})
            self.assertAlmostEqual(sum(moves.mapped("amount_total_signed")), 0)
        waiting = self.su["magento.document"].search(
            [("sync_state", "in", ("pending", "waiting"))]
        )
        self.assertFalse(waiting, waiting.mapped("waiting_reason"))
        self.assert_quiet()

    def assert_quiet(self):
        """Each operation asks once for what changed, and for nothing else."""
        for code in CODES:
            before = len(self.simulator.requests)
            self.connection.run_operation(code)
            self.assertEqual(len(self.simulator.requests) - before, 1, code)

    def test_history(self):
        """Shipped, invoiced and refunded before the first import."""
        order = self.place(("SKU-001", 2), ("SKU-002", 3))
        self.live(order)
        self.run_all()
        self.assertEqual(self.sale(order).state, "sale")
        self.assertEqual((self.left("SKU-001"), self.left("SKU-002")), (2, 3))
        self.assert_over(order)
        self.assert_equal_sides()

    def test_days_without_odoo(self):
        """Known as an open order, and over at the next run."""
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        self.assertEqual(sale.picking_ids.state, "assigned")
        self.live(order)
        self.run_all()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(self.left("SKU-001"), 2)
        self.assert_over(order)
        self.assert_equal_sides()

    def test_partly_shipped(self):
        """No more leaves than was shipped, whether Odoo knew the order or not."""
        known = self.place(("SKU-001", 4))
        self.import_placed(known)
        new = self.place(("SKU-001", 4), "SKU-002")
        for order in (known, new):
            self.live_partly(order)
        self.run_all()
        self.assertEqual((self.left("SKU-001"), self.left("SKU-002")), (2, 0))
        self.assert_over(known, new)
        self.assert_equal_sides(2)

    def live_partly(self, order):
        self.admin.invoice(order["entity_id"])
        self.admin.ship(order["entity_id"], {self.item(order, "SKU-001"): 1})
        self.admin.refund(order["entity_id"])
        self.assertEqual(order["state"], "closed")

    def test_bundles_and_variants(self):
        tee = {"sku": "TEE", "variant": "TEE-M", "qty": 2}
        order = self.place(tee, ("BUN-DYN", 2), "VIRT-1")
        self.live(order)
        self.run_all()
        self.assertEqual(self.sale(order).state, "sale")
        found = [self.left(sku) for sku in ("TEE-M", "SKU-001", "SKU-002")]
        self.assertEqual(found, [2, 2, 4])
        self.assert_over(order)
        self.assert_equal_sides()

    def test_recorded(self):
        """As a real shop gave such an order: it is confirmed."""
        order = self.add_case("closed_before_import_shipped", 9001)
        self.run_import()
        sale = self.sale(order)
        self.assertEqual(sale.state, "sale")
        moves = sale.picking_ids.move_ids
        self.assertEqual(moves.mapped("product_uom_qty"), [4, 8])

    def test_cancelled_after_it_was_shipped(self):
        """The shop cancels what it shipped and did not invoice: somebody is told."""
        orders = [self.place(("SKU-001", 2)), self.place(("SKU-001", 3))]
        self.admin.ship(orders[0]["entity_id"])
        self.cancel(orders[0])
        self.run_import()
        self.admin.ship(orders[1]["entity_id"])
        self.cancel(orders[1])
        self.run_all()
        self.run_all()
        for order in orders:
            sale = self.sale(order)
            self.assertEqual(order["state"], "canceled")
            self.assertEqual(len(sale.activity_ids), 1)
            self.assertIn("shipped there", sale.activity_ids.note)
            self.assertEqual(set(sale.picking_ids.mapped("state")), {"done"})
        self.sale(orders[0]).with_env(self.env).action_magento_refresh()
        self.assertEqual(len(self.sale(orders[0]).activity_ids), 1)
        self.assertEqual(self.left("SKU-001"), 5)

    def test_never_shipped(self):
        """What never left is cancelled; invoice and credit note come in."""
        order = self.place("SKU-001")
        self.live(order, is_shipped=False)
        self.run_all()
        sale = self.sale(order)
        self.assertEqual(sale.state, "cancel")
        self.assertFalse(sale.picking_ids.filtered(lambda x: x.state != "cancel"))
        self.assert_over(order)

    def test_never_shipped_without_invoices(self):
        """Where no invoices come in, its credit memo credits nothing."""
        self.connection.import_invoices = "off"
        order = self.place("SKU-001")
        self.live(order, is_shipped=False)
        self.run_all()
        self.assertEqual(self.sale(order).state, "cancel")
        self.assertFalse(
            self.su["magento.document"].search(
                [("sync_state", "in", ("pending", "waiting"))]
            )
        )

    def test_cancelled_here(self):
        """A shipment of what somebody cancelled here says so, and is not read again."""
        order = self.place("SKU-001")
        sale = self.import_placed(order)
        sale._magento_cancel()
        shipment = self.admin.ship(order["entity_id"])
        self.run_all()
        document = self.su["magento.document"].search([("kind", "=", "shipment")])
        self.assertEqual(document.error_code, "order_canceled")
        self.assertEqual(document.magento_id, str(shipment["entity_id"]))
        self.assert_quiet()
        sale.action_draft()
        sale.action_confirm()
        self.run_all()
        self.assertEqual(document.sync_state, "done")

    def test_no_invoice(self):
        """A credit memo without its invoice is read again once there is one."""
        self.connection.import_invoices = "off"
        order = self.place("SKU-001")
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        self.admin.refund(order["entity_id"], shipping_amount=0)
        self.connection.run_operation("import_credit_memos")
        before = len(self.simulator.requests)
        self.connection.run_operation("import_credit_memos")
        self.assertEqual(len(self.simulator.requests) - before, 1)
        sale._create_invoices().action_post()
        self.connection.run_operation("import_credit_memos")
        document = self.su["magento.document"].search([("kind", "=", "creditmemo")])
        self.assertEqual(document.sync_state, "done")
