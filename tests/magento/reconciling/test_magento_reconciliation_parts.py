from odoo import Command
from odoo.tests import tagged

from .test_magento_reconciliation import ReconciliationCommon


@tagged("post_install", "-at_install")
class TestMagentoReconciliationParts(ReconciliationCommon):
    """Lines that name no line of an order, and bundles in parts: equal is equal."""

    def setUp(self):
        super().setUp()
        parts = [("SKU-001", 1), ("SKU-002", 2)]
        self.simulator.catalog.add_bundle("BUN-DYN-SEP", parts, separately=True)
        for sku in ("BUN-DYN-SEP",):
            self.product("BUN-DYN").copy({"default_code": sku})

    def bill(self, *lines, **terms):
        """Invoice an order on both sides.

        :return: the order and Odoo's invoice
        """
        order = self.place(*lines, **terms)
        invoice = self.invoice(self.import_placed(order))
        self.simulator.admin.invoice(order["entity_id"])
        return order, invoice

    def give_back_amount(self, invoice, amount, keep=True, **values):
        """Credit one piece of an invoice, or none, and an amount besides."""
        note = invoice._reverse_moves()
        goods = note.invoice_line_ids.filtered("sale_line_ids.magento_item_id")
        (note.invoice_line_ids - goods).unlink()
        goods.quantity = 1
        line = {"name": "Goodwill", "price_unit": amount, "tax_ids": False, **values}
        commands = [] if keep else [Command.clear()]
        note.invoice_line_ids = [*commands, Command.create(line)]
        note.action_post()
        return note

    # Credit notes with lines that have no order line

    def test_goodwill_of_another_amount(self):
        """Magento adds the tax within a discount on shipping: nothing is missing."""
        self.connection.payment_method_ids.sudo().invoice_rule = "validate"
        order = self.place(("SKU-001", 2))
        invoice = self.invoice(self.import_placed(order))
        self.connection.run_operation("export_invoices")
        self.give_back_amount(invoice, 1, keep=False)
        self.connection.run_operation("export_credit_memos")
        document = self.su["magento.document"].search([("kind", "=", "creditmemo")])
        self.assertEqual((document.sync_state, document.difference), ("done", 0))
        self.assert_equal_sides()
        # As a real shop did with a goodwill of 1.00
        document.write({"difference": 0.09, "difference_cause": "other amounts"})
        self.change(order, total_refunded=order["total_refunded"] + 0.0901)
        self.assert_cause(self.line(order), "amounts", "what is refunded differ by")
        self.change(order, total_refunded=order["total_refunded"] + 3)
        self.assert_cause(self.line(order), "refunded_there")

    def test_goodwill(self):
        order, invoice = self.bill(("SKU-001", 2))
        self.give_back_amount(invoice, 2.5)
        items = {order["items"][0]["item_id"]: 1}
        self.simulator.admin.refund(
            order["entity_id"], items, shipping_amount=0, adjustment_positive="2.50"
        )
        self.assert_equal_sides()

    def test_amount_alone(self):
        order, invoice = self.bill(("SKU-001", 2))
        self.give_back_amount(invoice, 3.33, keep=False)
        item = order["items"][0]["item_id"]
        self.simulator.admin.refund(
            order["entity_id"], {item: 0}, shipping_amount=0, adjustment_positive="3.33"
        )
        found = self.assert_equal_sides()
        self.assertAlmostEqual(found.total_ids.amount_refunded, 3.33)

    def test_amount_on_a_line_of_the_order(self):
        """An amount of another product takes no piece back."""
        order, invoice = self.bill(("SKU-001", 2))
        sold = invoice.invoice_line_ids.sale_line_ids.filtered("magento_item_id")
        amount = {"sale_line_ids": sold.ids, "product_id": self.product("SKU-002").id}
        self.give_back_amount(invoice, 3.33, keep=False, **amount)
        item = order["items"][0]["item_id"]
        self.simulator.admin.refund(
            order["entity_id"], {item: 0}, shipping_amount=0, adjustment_positive="3.33"
        )
        self.assert_equal_sides()

    def test_imported(self):
        """What credit memos of the shop became, also where nothing is invoiced here."""
        self.connection.creditmemo_without_invoice = "draft"
        order, invoice = self.bill(("SKU-001", 2), shipping_amount=0)
        items = {order["items"][0]["item_id"]: 1}
        self.simulator.admin.refund(
            order["entity_id"], items, adjustment_positive="1.25", shipping_amount=0
        )
        items = {order["items"][0]["item_id"]: 0}
        self.simulator.admin.refund(
            order["entity_id"], items, adjustment_positive="2.10", shipping_amount=0
        )
        self.connection.run_operation("import_credit_memos")
        sale = self.sale(order)
        notes = self.su["account.move"].search(
            [("move_type", "=", "out_refund"), ("state", "=", "draft")]
        )
        notes.action_post()
        self.assertEqual(len(notes), 2, sale.name)
        self.assert_equal_sides()

    def test_several_orders(self):
        """Of what takes back parts of several orders each has its own."""
        orders = [self.place(("SKU-001", 2)), self.place("SKU-002")]
        self.run_import()
        sales = self.sale(orders[0]) | self.sale(orders[1])
        invoice = sales._create_invoices(grouped=False)
        invoice.action_post()
        note = invoice._reverse_moves()
        note.action_post()
        for order in orders:
            self.simulator.admin.invoice(order["entity_id"])
            self.simulator.admin.refund(order["entity_id"])
        self.assert_equal_sides(2)

    # Notes of dynamic bundles

    def test_dynamic_bundle_in_parts(self):
        """The note above the parts of a bundle is none of an invoice's lines."""
        order = self.place(
            {"sku": "SKU-002", "qty": 4, "price": "19.99"},
            {"sku": "BUN-DYN", "qty": 4},
            shipping_amount=0,
            coupon="TEN",
        )
        sale = self.import_placed(order)
        for _half in range(2):
            move = sale._create_invoices()
            for line in move.invoice_line_ids.filtered("product_id"):
                line.quantity = line.sale_line_ids.product_uom_qty / 2
            move.action_post()
        ids = {i["item_id"]: i["qty_ordered"] for i in order["items"]}
        for _half in range(2):
            self.simulator.admin.invoice(
                order["entity_id"], {each: qty / 2 for each, qty in ids.items()}
            )
        self.assertAlmostEqual(
            sum(sale.invoice_ids.mapped("amount_total")), order["grand_total"], 2
        )
        self.assert_equal_sides()

    # Bundles that ship separately

    def deliver_share(self, sale, share):
        picking = sale.picking_ids.filtered(lambda each: each.state != "done")
        for move in picking.move_ids:
            move.quantity = move.sale_line_id.product_uom_qty * share
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def test_separately(self):
        """Magento counts shipments on such a bundle, and pieces on its parts."""
        for sku in ("BUN-DYN-SEP", "BUN-FIX-SEP"):
            order = self.place((sku, 4))
            sale = self.import_placed(order)
            bundle, *parts = order["items"]
            for share in (0.25, 0.75):
                self.deliver_share(sale, share)
                self.simulator.admin.ship(
                    order["entity_id"],
                    {part["item_id"]: part["qty_ordered"] * share for part in parts},
                )
            self.assertEqual(bundle["qty_shipped"], 2)
        self.assert_equal_sides(2)

    def test_separately_and_not_all(self):
        order = self.place(("BUN-FIX-SEP", 4))
        sale = self.import_placed(order)
        _bundle, *parts = order["items"]
        for share in (0.25, 0.75):
            self.simulator.admin.ship(
                order["entity_id"],
                {part["item_id"]: part["qty_ordered"] * share for part in parts},
            )
        self.deliver_share(sale, 0.5)
        line = self.line(order)
        self.assert_cause(line, "shipped_there", "Shipped in Magento")
        self.assertIn("SKU-001: shipped 2 in Odoo, 4 in Magento", line.items)
