from odoo.tests import tagged

from ..life_common import MagentoLifeCommon
from .test_magento_refunds import MagentoRefundsCommon


@tagged("post_install", "-at_install")
class TestMagentoSharedShipments(MagentoLifeCommon):
    """A shipment of the shop covers what Odoo delivered in part, or by other items."""

    def assert_no_problem(self, code):
        log = self.export(code)
        self.assertEqual(log.state, "done", log.line_ids.mapped("message"))

    def left(self, sale):
        return sale.picking_ids.filtered(lambda x: x.state not in ("done", "cancel"))

    def test_shop_ships_all_after_a_part_left(self):
        """What left is tied to it, the rest leaves; others are held up by nothing."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 3}, ("SKU-003", 2))
        first = self.ship(sale, {"SKU-001": 1})
        self.simulator.admin.ship(order["entity_id"])
        self.assert_no_problem("import_shipments")
        self.assertFalse(self.left(sale))
        self.assert_no_problem("export_shipments")
        [document] = self.docs(sale_order_id=sale)
        self.assertEqual(document.sync_state, "done")
        self.assertIn(first, document.line_ids.picking_id)
        self.assertEqual(len(self.shipped(order)), 1)
        self.assertEqual(self.state(first), "done")

    def test_export_before_import(self):
        """Also where the shop's shipment is known and could not be taken in."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 3}, ("SKU-003", 2))
        first = self.ship(sale, {"SKU-001": 1})
        rest = self.left(sale)
        rest.action_cancel()
        self.simulator.admin.ship(order["entity_id"])
        self.export("import_shipments")  # nothing is open for the rest
        [document] = self.docs(sale_order_id=sale)
        self.assertEqual(document.error_code, "too_many")
        other_order, other = self.sell("SKU-001")
        second = self.ship(other)
        self.assert_no_problem("export_shipments")
        self.assertIn(first, document.line_ids.picking_id)
        self.assertEqual(self.state(second), "done")
        self.assertEqual(len(self.shipped(order)), 1)
        self.assertEqual(len(self.shipped(other_order)), 1)

    def test_bundle_that_the_shop_ships_whole(self):
        """Its parts left in Odoo: they are not sent again, nor waited for."""
        order, sale = self.sell({"sku": "BUN-DYN", "qty": 2}, ("SKU-003", 3))
        picking = self.ship(sale)
        item = self.items(order)["BUN-DYN"]
        self.simulator.admin.ship(order["entity_id"], {item: 2})
        self.assert_no_problem("export_shipments")
        self.assert_no_problem("import_shipments")
        by_shop, by_odoo = self.shipped(order)
        self.assertEqual(by_shop[item], 2)
        self.assertEqual(by_odoo, {self.items(order)["SKU-003"]: 3})
        documents = self.docs(sale_order_id=sale)
        self.assertEqual(set(documents.mapped("sync_state")), {"done"})
        self.assertEqual(self.state(picking), "done")

    def test_bundle_that_the_shop_ships_whole_after_parts_left(self):
        order, sale = self.sell({"sku": "BUN-DYN", "qty": 2})
        parts = {
            move.product_id.default_code: move.product_uom_qty / 2
            for move in sale.picking_ids.move_ids
        }
        pickings = self.ship(sale, parts) | self.ship(sale)
        self.simulator.admin.ship(order["entity_id"])
        self.assert_no_problem("export_shipments")
        self.assert_no_problem("import_shipments")
        self.assertEqual(len(self.shipped(order)), 1)
        for picking in pickings:
            self.assertEqual(self.state(picking), "done")

    def test_bundle_delivered_in_parts(self):
        """Of a bundle with a price of its own whole ones are delivered, and billed."""
        _order, sale = self.sell({"sku": "BUN-FIX", "qty": 3})
        bundle = sale.order_line.filtered(lambda line: line.magento_role == "bundle")
        self.ship(sale, {"SKU-001": 1, "SKU-002": 1})
        self.assertEqual(bundle.qty_delivered, 0)
        self.ship(sale, {"SKU-001": 0, "SKU-002": 3})
        self.assertEqual(bundle.qty_delivered, 1)
        self.ship(sale)
        self.assertEqual(bundle.qty_delivered, 3)


@tagged("post_install", "-at_install")
class TestMagentoSharedCreditMemos(MagentoRefundsCommon):
    """A credit memo of the shop is a part of what Odoo credits, or more than that."""

    def give_back(self, order, **terms):
        items = self.items(order)
        quantities = {items[sku]: qty for sku, qty in terms.pop("items").items()}
        return self.simulator.admin.refund(
            order["entity_id"], quantities, **{"shipping_amount": 0, **terms}
        )

    def memos_of(self, credit):
        """Return the documents of the order that a credit note is of."""
        return self.docs("creditmemo", sale_order_id=credit.magento_order_ids)

    def given_back(self, order):
        return sum(float(memo["grand_total"]) for memo in self.memos(order))

    def test_money_is_given_back_once(self):
        """What the shop gave back of a credit note is no adjustment of the rest."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 5}, ("SKU-003", 5))
        self.give_back(order, items={"SKU-001": 2})
        credit = self.credit(invoice, {"SKU-001": 5})
        self.refund()
        self.assertEqual(
            [self.refunded(memo) for memo in self.memos(order)],
            [{self.items(order)["SKU-001"]: number} for number in (2, 3)],
        )
        self.assertAlmostEqual(self.given_back(order), credit.amount_total, 2)
        documents = self.docs("creditmemo", move_id=credit)
        self.assertFalse(any(documents.mapped("difference_cause")))
        self.assertAlmostEqual(sum(documents.mapped("odoo_total")), credit.amount_total)

    def test_with_shipping_and_amounts(self):
        """Both sides come to the same, whatever the shop gave back besides items."""
        cases = (
            {"shipping_amount": 5},
            {"adjustment_positive": 3},
            {"adjustment_negative": 2},
        )
        billed = self.bill_each(*[(("SKU-001", 5),)] * len(cases))
        notes = []
        for terms, (order, invoice) in zip(cases, billed, strict=True):
            self.give_back(order, items={"SKU-001": 2}, **terms)
            notes.append(self.credit(invoice))
        self.refund()
        for terms, (order, _x), credit in zip(cases, billed, notes, strict=True):
            with self.subTest(**terms):
                self.assertEqual(self.state(credit), "done")
                self.assertAlmostEqual(self.given_back(order), credit.amount_total, 2)

    def test_refused_before_and_sent_again(self):
        """A second attempt knows as well what the shop gave back."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 5})
        self.give_back(order, items={"SKU-001": 2})
        credit = self.credit(invoice)
        self.simulator.faults.add("maintenance", "POST", "/refund$", times=1)
        self.refund()
        self.be_due()
        self.refund()
        self.assertEqual(self.state(credit), "done")
        self.assertAlmostEqual(self.given_back(order), credit.amount_total, 2)

    def test_memo_with_more_that_waits(self):
        """One that could not be taken in stops no other credit note."""
        self.connection.import_invoices = "off"
        order, sale = self.sell({"sku": "SKU-001", "qty": 2}, ("SKU-003", 2))
        first = sale._create_invoices()
        for line in first.invoice_line_ids:
            if line.product_id.default_code == "SKU-003":
                line.unlink()
        first.action_post()
        self.export("export_invoices")
        self.simulator.admin.invoice(order["entity_id"])
        self.give_back(order, items={"SKU-001": 1, "SKU-003": 1})
        self.export("import_credit_memos")
        [document] = self.docs("creditmemo", sale_order_id=sale)
        self.assertNotEqual(document.sync_state, "done")
        credit = self.credit(first, {"SKU-001": 1})
        _order, invoice = self.bill("SKU-001")
        other = self.credit(invoice)
        log = self.refund()
        self.assertEqual(log.state, "done", log.line_ids.mapped("message"))
        self.assertEqual(self.state(other), "done")
        # It may be a part of the shop's: nothing is given back until that is known
        self.assertEqual(self.state(credit), "waiting")
        self.assertIn(
            "not in Odoo yet",
            self.docs("creditmemo", move_id=credit).waiting_reason,
        )
        self.assertEqual(len(self.memos(order)), 1)
        document.action_skip()
        self.refund()
        self.assertEqual(self.state(credit), "skipped")
        self.assertIn(credit, document._get_moves())
        self.assertIn("quantities", document.difference_cause)
        self.assertEqual(len(self.memos(order)), 1)

    def test_same_on_both_sides(self):
        """One that both sides made is one, whichever operation runs first."""
        for codes in (
            ("import_credit_memos", "export_credit_memos", "import_credit_memos"),
            ("export_credit_memos", "import_credit_memos"),
        ):
            with self.subTest(codes):
                order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
                self.give_back(order, items={"SKU-001": 1})
                credit = self.credit(invoice, {"SKU-001": 1})
                for code in codes:
                    self.export(code)
                documents = self.memos_of(credit)
                self.assertEqual(documents.mapped("sync_state"), ["done"])
                self.assertEqual(documents._get_moves(), credit)
                self.assertEqual(self.state(credit), "done")
                self.assertEqual(len(self.memos(order)), 1)

    def test_import_while_the_same_is_on_its_way(self):
        """Neither waits for the other for good."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        self.give_back(order, items={"SKU-001": 1})
        credit = self.credit(invoice, {"SKU-001": 1})
        self.simulator.faults.add("maintenance")
        self.refund()
        self.simulator.faults.clear()
        self.export("import_credit_memos")
        [memo] = self.memos_of(credit).filtered(
            lambda document: document.direction == "pull"
        )
        self.assertEqual(memo.error_code, "note_under_way")
        self.operation_of("export_credit_memos").sudo()._resume("")
        self.be_due()
        self.refund()
        self.export("import_credit_memos")
        documents = self.memos_of(credit)
        self.assertEqual(documents.mapped("sync_state"), ["done"])
        self.assertEqual(documents._get_moves(), credit)
        self.assertEqual(len(documents.line_ids), 1)
        self.assertEqual(len(self.memos(order)), 1)
