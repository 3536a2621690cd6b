from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import TWO_PIECES
from ..delivery_common import MagentoDeliveryCommon


class MagentoRefundsCommon(MagentoDeliveryCommon):
    """Invoices that are in the shop, and credit notes of them.

    :cvar BILLED: as `BOUGHT`, of orders whose invoices are in the shop
    """

    BILLED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.payment_method_ids.invoice_rule = "validate"
        cls.billed = cls.buy(cls.BILLED)
        moves = cls.su["account.move"]
        for sale in cls.sales_of(cls.billed):
            moves |= sale._create_invoices()
        moves.action_post()
        if moves:
            cls.connection.run_operation("export_invoices")

    def bill(self, *lines, **terms):
        """Return an order, and its invoice, which the shop has too."""
        if not terms and (order := self.take(self.billed, lines)):
            return order, self.sale(order).invoice_ids
        order, sale = self.sell(*lines, **terms)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.export("export_invoices")
        self.assertEqual(self.state(invoice), "done")
        return order, invoice

    def bill_each(self, *carts):
        """Return of each of some orders the order, and its invoice; see `bill`."""
        orders = [self.place(*cart) for cart in carts]
        self.run_import()
        invoices = []
        for order in orders:
            invoices.append(self.sale(order)._create_invoices())
            invoices[-1].action_post()
        self.export("export_invoices")
        for invoice in invoices:
            self.assertEqual(self.state(invoice), "done")
        return list(zip(orders, invoices, strict=True))

    def credit(self, invoice, quantities=None, shipping=False, post=True):
        """Make a credit note.

        :param quantities: {SKU: how many}; None credits all, shipping too
        """
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Back"})
        )
        move = self.su["account.move"].browse(wizard.refund_moves()["res_id"])
        if quantities is not None:
            for line in move.invoice_line_ids:
                if "shipping" in line.sale_line_ids.mapped("magento_role"):
                    line.quantity = int(shipping)
                else:
                    line.quantity = quantities.get(line.product_id.default_code, 0)
            move.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        if post:
            move.action_post()
        return move

    def credit_amount(self, invoice, amount, **values):
        """Give an amount back, for nothing that comes back."""
        move = self.credit(invoice, {}, post=False)
        move.invoice_line_ids = [
            Command.create(
                {
                    "name": "Goodwill",
                    "quantity": 1,
                    "price_unit": amount,
                    "tax_ids": [Command.clear()],
                    **values,
                }
            )
        ]
        move.action_post()
        return move

    def refund(self):
        return self.export("export_credit_memos")

    def memos(self, order):
        return self.simulator.book.creditmemos.of_order(order["entity_id"])

    def refunded(self, memo):
        return {
            item["order_item_id"]: float(item["qty"])
            for item in memo["items"]
            if item["qty"]
        }

    def assert_refunded(self, order, credit, quantities, shipping=0.0):
        """The shop has one credit memo, which is the credit note's equal."""
        memo = self.memos(order)[-1]
        self.assertEqual(self.refunded(memo), quantities)
        self.assertAlmostEqual(float(memo["grand_total"]), credit.amount_total, 2)
        self.assertAlmostEqual(float(memo["shipping_amount"]), shipping, 2)
        document = self.docs("creditmemo", move_id=credit)
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(document.magento_id, str(memo["entity_id"]))
        self.assertAlmostEqual(document.difference, 0, 2)
        self.assertFalse(document.difference_cause)
        self.assertEqual(self.state(credit), "done")
        found = credit.search([("magento_export_state", "=", "done")])
        self.assertIn(credit, found)
        return memo


@tagged("post_install", "-at_install")
class TestMagentoRefunds(MagentoRefundsCommon):
    """What a credit note says in the shop."""

    BILLED = (TWO_PIECES, (("SKU-001", 3), "SKU-002"))

    def test_whole(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 3}, "SKU-002")
        credit = self.credit(invoice)
        log = self.refund()
        ids = self.items(order)
        quantities = {ids["SKU-001"]: 3, ids["SKU-002"]: 1}
        self.assert_refunded(order, credit, quantities, 20)
        self.assertEqual((log.state, log.done_count), ("done", 1))
        document = credit.magento_document_ids
        self.assertEqual(document.order_number, order["increment_id"])
        self.assertEqual(document.refund_state, "refunded")
        self.assertTrue(document.order_date and document.bill_to_name)
        self.assertEqual(order["state"], "closed")
        self.assertFalse(self.refund().line_ids)
        self.assertFalse(self.posts("/invoice/.*/refund"), "never an online refund")

    def test_parts(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 3}, "SKU-002")
        ids = self.items(order)
        first = self.credit(invoice, {"SKU-001": 1})
        self.refund()
        memo = self.assert_refunded(order, first, {ids["SKU-001"]: 1})
        self.assertFalse(memo["adjustment_positive"])
        second = self.credit(invoice, {"SKU-001": 2}, shipping=True)
        self.refund()
        self.assert_refunded(order, second, {ids["SKU-001"]: 2}, 20)

    def test_shipping_alone(self):
        order, invoice = self.bill()
        credit = self.credit(invoice, {}, shipping=True)
        self.refund()
        self.assert_refunded(order, credit, {}, 5)

    def test_part_of_shipping(self):
        order, invoice = self.bill(
            "SKU-001", shipping_amount="10", shipping_taxes=["FR20"]
        )
        credit = self.credit(invoice, {"SKU-001": 1}, shipping=True, post=False)
        shipping = credit.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.magento_role == "shipping"
        )
        shipping.price_unit /= 4
        credit.action_post()
        self.refund()
        ids = self.items(order)
        self.assert_refunded(order, credit, {ids["SKU-001"]: 1}, 2.5)

    def test_discounted_shipping(self):
        order, invoice = self.bill(
            "SKU-001", shipping_amount="10", shipping_discount="2"
        )
        credit = self.credit(invoice)
        self.refund()
        self.assert_refunded(order, credit, {self.items(order)["SKU-001"]: 1}, 10)

    def test_dollars(self):
        """Amounts go in the shop's base currency."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2}, store="us")
        self.assertEqual(invoice.currency_id.name, "USD")
        ids = self.items(order)
        credit = self.credit(invoice, {"SKU-001": 1}, shipping=True)
        self.refund()
        memo = self.assert_refunded(order, credit, {ids["SKU-001"]: 1}, 11)
        self.assertAlmostEqual(float(memo["base_shipping_amount"]), 10, 2)
        credit = self.credit_amount(invoice, 2.2)
        self.refund()
        memo = self.assert_refunded(order, credit, {})
        self.assertAlmostEqual(float(memo["base_grand_total"]), 2, 2)

    def test_lower_price(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        credit = self.credit(invoice, {"SKU-001": 2}, post=False)
        credit.invoice_line_ids.price_unit = 4
        credit.action_post()
        self.refund()
        item = self.items(order)["SKU-001"]
        memo = self.assert_refunded(order, credit, {item: 2})
        self.assertAlmostEqual(float(memo["adjustment_negative"]), 14.4, 2)

    def test_amount(self):
        """A line without product, or with another one, is an amount."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        for values in ({}, {"product_id": self.product("SKU-007").id}):
            with self.subTest(values):
                credit = self.credit_amount(invoice, 3, **values)
                self.refund()
                memo = self.assert_refunded(order, credit, {})
                self.assertAlmostEqual(float(memo["adjustment_positive"]), 3, 2)

    def test_amount_on_a_line(self):
        """Of a line of the order the product was taken away."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        credit = self.credit(invoice, {"SKU-001": 1}, post=False)
        credit.invoice_line_ids.write({"product_id": False, "name": "Scratched"})
        credit.invoice_line_ids.write({"price_unit": 0.05, "tax_ids": False})
        credit.action_post()
        self.refund()
        self.assert_refunded(order, credit, {})

    def test_bundles_and_variants(self):
        """Of a dynamic bundle the parts, of a fixed one and a variant the parent."""
        wanted = {
            "BUN-DYN": {"SKU-001": 1, "SKU-002": 2},
            "BUN-FIX-SEP": {"BUN-FIX-SEP": 1},
        }
        *bundles, (order, invoice) = self.bill_each(
            *[(sku,) for sku in wanted], ({"sku": "TEE", "variant": "TEE-M", "qty": 2},)
        )
        notes = [self.credit(bundle) for _order, bundle in bundles]
        self.credit(invoice, {"TEE-M": 1})
        self.refund()
        for (sku, quantities), (bundled, _invoice), credit in zip(
            wanted.items(), bundles, notes, strict=True
        ):
            with self.subTest(sku):
                ids = self.items(bundled)
                memo = self.memos(bundled)[0]
                found = self.refunded(memo)
                for part, count in quantities.items():
                    self.assertEqual(found[ids[part]], count)
                self.assertAlmostEqual(
                    float(memo["grand_total"]), credit.amount_total, 2
                )
        parent = next(i for i in order["items"] if i["product_type"] == "configurable")
        self.assertEqual(self.refunded(self.memos(order)[0])[parent["item_id"]], 1)

    def test_dozens(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 24})
        credit = self.credit(invoice, {"SKU-001": 24}, post=False)
        line = credit.invoice_line_ids
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        line.write({"quantity": 1, "price_unit": 120})
        credit.action_post()
        self.refund()
        self.assert_refunded(order, credit, {self.items(order)["SKU-001"]: 12})

    def test_difference(self):
        """What Magento makes of it is compared, and shown where it differs."""
        order, invoice = self.bill(extra_totals={"fee": "7"})
        credit = self.credit(invoice)
        self.refund()
        document = self.docs("creditmemo", move_id=credit)
        memo = self.memos(order)
        if memo:
            self.assertAlmostEqual(
                document.difference, float(memo[0]["grand_total"]) - credit.amount_total
            )
            self.assertEqual(bool(document.difference), bool(document.difference_cause))

    def test_notify(self):
        _order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        self.credit(invoice, {"SKU-001": 1})
        self.refund()
        self.connection.notify_credit_memo = True
        self.credit(invoice, {"SKU-001": 1})
        self.refund()
        mailed = [m.get("email_sent") for m in self.simulator.book.creditmemos.all()]
        self.assertEqual(mailed, [None, 1])


@tagged("post_install", "-at_install")
class TestMagentoRefundsRuns(MagentoRefundsCommon):
    """Which credit notes go to the shop, and what may go wrong."""

    BOUGHT = (TWO_PIECES,)
    BILLED = (TWO_PIECES,)

    def test_not_due(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        draft = self.credit(invoice, {"SKU-001": 1}, post=False)
        self.assertEqual(self.state(draft), "not_due")
        self.connection.export_credit_memos_from = "2090-01-01"
        old = self.credit(invoice, {"SKU-001": 1})
        self.assertFalse(self.refund().line_ids)
        self.assertEqual(self.state(old), "not_due")
        old.with_env(self.env).action_magento_export()
        self.assertEqual(self.state(old), "done", "unless somebody asks for it")
        self.assertEqual(len(self.memos(order)), 1)

    def test_from_magento(self):
        """A credit note that a credit memo of the shop became does not go back."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        memo = self.simulator.admin.refund(
            order["entity_id"], {self.items(order)["SKU-001"]: 1}, shipping_amount=0
        )
        credit = self.credit(invoice, {"SKU-001": 1})
        self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "creditmemo",
                "direction": "pull",
                "sync_state": "done",
                "magento_id": str(memo["entity_id"]),
                "sale_order_id": self.sale(order).id,
                "line_ids": [
                    Command.create(
                        {
                            "order_item_id": str(self.items(order)["SKU-001"]),
                            "quantity": 1,
                            "move_id": credit.id,
                        }
                    )
                ],
            }
        )
        self.assertFalse(self.refund().line_ids)
        self.assertEqual(len(self.memos(order)), 1)

    def test_partly_reversed_before_its_export(self):
        """The invoice still goes to Magento if somebody exports it."""
        _order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        invoice = sale._create_invoices()
        invoice.action_post()
        credit = self.credit(invoice, {"SKU-001": 1})
        self.refund()
        document = self.docs("creditmemo", move_id=credit)
        self.assertRegex(
            document.last_error, "refund(.|\n)*Resolution: .*Export the invoice"
        )

    def test_not_invoiced(self):
        """Without an invoice there Magento refuses; the remedy says what to do."""
        order, sale = self.sell()
        invoice = sale._create_invoices()
        invoice.action_post()
        credit = self.credit(invoice)
        self.refund()
        document = self.docs("creditmemo", move_id=credit)
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))
        self.assertRegex(
            document.last_error, "reversed before it was exported(.|\n)*Resolution"
        )
        for _attempt in range(2):
            self.be_due()
            self.refund()
        self.assertEqual((document.sync_state, document.attempt_count), ("skipped", 3))
        self.assertEqual(len(document.activity_ids), 1)
        self.be_due()
        self.assertFalse(self.refund().line_ids)
        self.simulator.admin.invoice(order["entity_id"])
        document.with_env(self.env)._reset_attempts("Invoiced")
        self.refund()
        self.assertEqual(document.sync_state, "done")

    def test_waits_for_invoice(self):
        """While its invoice is on its way to Magento, a credit note waits."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 2})
        invoice = sale._create_invoices()
        invoice.action_post()
        self.hold(order)
        self.export("export_invoices")
        credit = self.credit(invoice, {"SKU-001": 1})
        self.refund()
        document = self.docs("creditmemo", move_id=credit)
        self.assertEqual((document.sync_state, document.attempt_count), ("waiting", 0))
        self.assertIn("export the invoice", document.waiting_reason)
        self.release(order)
        self.be_due()
        self.export("export_invoices")
        self.refund()
        self.assert_refunded(order, credit, {self.items(order)["SKU-001"]: 1})

    def test_waits_for_its_own_invoice(self):
        """Another invoice of the order in Magento does not help a credit note."""
        order, sale = self.sell({"sku": "SKU-001", "qty": 2}, "SKU-002")
        first = sale._create_invoices()
        lines = first.invoice_line_ids
        lines.filtered(lambda x: x.product_id.default_code == "SKU-002").unlink()
        first.action_post()
        self.export("export_invoices")
        invoice = sale._create_invoices()
        invoice.action_post()
        self.hold(order)
        self.export("export_invoices")
        credit = self.credit(invoice)
        self.refund()
        document = self.docs("creditmemo", move_id=credit)
        self.assertEqual((document.sync_state, document.attempt_count), ("waiting", 0))
        self.assertIn(invoice.name, document.waiting_reason)

    def test_unknown(self):
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        credit = self.credit(invoice, {"SKU-001": 1})
        self.simulator.faults.add("hang_up_after", "POST", "/refund$", times=1)
        self.refund()
        self.assertEqual(self.state(credit), "unknown")
        with self.assertRaisesRegex(UserError, "on its way to Magento"):
            credit.button_draft()
        self.refund()
        self.assertEqual(self.state(credit), "done")
        self.assertEqual(len(self.memos(order)), 1)

    def test_draft(self):
        """Set to draft before it was sent, it waits; posted again it is sent."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        credit = self.credit(invoice, {"SKU-001": 1})
        self.simulator.faults.add("maintenance", "POST", "/refund$", times=1)
        self.refund()
        credit.button_draft()
        document = self.docs("creditmemo", move_id=credit)
        self.assertEqual(document.sync_state, "waiting")
        self.be_due()
        self.refund()
        self.assertFalse(self.memos(order))
        credit.action_post()
        self.be_due()
        self.refund()
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(len(self.memos(order)), 1)

    def test_adopted(self):
        """What the shop refunded itself is taken over."""
        order, invoice = self.bill({"sku": "SKU-001", "qty": 2})
        item = self.items(order)["SKU-001"]
        self.simulator.admin.refund(order["entity_id"], {item: 1}, shipping_amount=0)
        credit = self.credit(invoice, {"SKU-001": 1})
        self.refund()
        self.assertEqual(len(self.memos(order)), 1)
        self.assertTrue(self.docs("creditmemo", move_id=credit).is_adopted)
