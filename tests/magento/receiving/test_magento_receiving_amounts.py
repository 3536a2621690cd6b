import json
import random
from pathlib import Path

from odoo.tests import tagged

from .receiving_common import MagentoReceivingCommon

CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"


class AmountsCommon(MagentoReceivingCommon):
    """Documents of the shop: as the shop's, or held for somebody to look at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.import_invoices = "posted"

    def sell_with_tax(self):
        for view in self.simulator.shop.views:
            view.prices_include_tax = view.shipping_includes_tax = True

    def new_invoice(self, sale):
        return sale.invoice_ids.sorted("id")[-1:]

    def by_role(self, move, role):
        return move.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.magento_role == role
        )

    def assert_nothing_odd(self, move, remote):
        """Its total is the shop's, and each line is one of the order."""
        self.assertAlmostEqual(move.amount_total, float(remote["grand_total"]), 2)
        odd = move.invoice_line_ids.filtered(lambda line: not line.sale_line_ids)
        self.assertFalse(odd.mapped("name"))

    def assert_held(self, document, *words):
        """It is a draft, and somebody is asked to look at the figures."""
        moves = document._get_moves()
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        for word in words:
            self.assertIn(word, document.waiting_reason)
            self.assertIn(word, document.activity_ids.note)
        self.assertEqual(document.activity_ids.mapped("summary")[0][:7], "Look at")


@tagged("post_install", "-at_install")
class TestMagentoReceivingAmounts(AmountsCommon):
    kind = "invoice"
    code = "import_invoices"

    def test_discount_on_shipping(self):
        """Prices with tax: the delivery has its own compensation of the tax."""
        self.sell_with_tax()
        order, sale = self.sell(
            {"sku": "SKU-001", "discount_percent": 33.33},
            shipping_amount="4.90",
            shipping_taxes=["FR20"],
            shipping_discount="1.63",
        )
        remote = self.admin.invoice(order["entity_id"])
        self.take_in()
        move = self.new_invoice(sale)
        self.assert_nothing_odd(move, remote)
        self.assertEqual(move.state, "posted")
        shipping = self.by_role(move, "shipping")
        sold = shipping.sale_line_ids
        self.assertAlmostEqual(shipping.price_subtotal, sold.magento_row_net, 2)

    def test_product_tax(self):
        """Both parts have their share of it."""
        order, sale = self.sell(
            {"sku": "SKU-001", "qty": 3, "product_tax": "0.55"}, "SKU-002"
        )
        for quantity, amount in ((1, 0.55), (2, 1.1)):
            remote = self.admin.invoice(
                order["entity_id"], {self.item(order, "SKU-001"): quantity}
            )
            self.take_in()
            move = self.new_invoice(sale)
            self.assert_nothing_odd(move, remote)
            self.assertEqual(move.state, "posted")
            line = self.by_role(move, "product_tax")
            self.assertAlmostEqual(line.price_subtotal, amount)
            self.assertEqual((line.quantity, line.tax_ids), (quantity, self.tax_20))

    def test_product_tax_in_the_subtotal(self):
        self.simulator.shop.product_tax_in_subtotal = True
        order, sale = self.sell({"sku": "SKU-001", "qty": 3, "product_tax": "0.55"})
        remote = self.admin.invoice(order["entity_id"])
        self.take_in()
        move = self.new_invoice(sale)
        self.assert_nothing_odd(move, remote)
        self.assertAlmostEqual(self.by_role(move, "product_tax").price_subtotal, 1.65)

    def test_tax_before_discount(self):
        self.simulator.shop.tax_before_discount = True
        order, sale = self.sell({"sku": "SKU-001", "qty": 3, "discount_percent": 10})
        for quantity in (1, 2):
            remote = self.admin.invoice(
                order["entity_id"], {self.item(order, "SKU-001"): quantity}
            )
            self.take_in()
            move = self.new_invoice(sale)
            self.assert_nothing_odd(move, remote)
            self.assertAlmostEqual(
                self.by_role(move, "product").price_subtotal, 10 * quantity
            )
            self.assertAlmostEqual(
                self.by_role(move, "discount").price_subtotal, -quantity
            )
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_fee_with_tax(self):
        """A fee is on the invoice as on the order, with its tax."""
        order = self.place("SKU-001", extra_totals={"cod_fee": 6})
        for prefix in ("", "base_"):
            order[f"{prefix}tax_amount"] += 1
        self.change(order)
        sale = self.import_placed(order)
        remote = self.admin.invoice(order["entity_id"])
        same = {name: order[name] for name in ("tax_amount", "grand_total")}
        self.change_remote(self.simulator.book.invoices, remote, **same)
        self.take_in()
        move = self.new_invoice(sale)
        self.assert_nothing_odd(move, remote)
        line = self.by_role(move, "extra")
        self.assertEqual((line.price_subtotal, line.tax_ids), (5, self.tax_20))

    def test_more_than_the_order(self):
        """Not explained, and more than was ordered: it is not posted by itself."""
        self.sell_with_tax()
        order, sale = self.sell(
            {"sku": "SKU-001", "price": "20.50", "discount_percent": 100},
            shipping_amount=0,
        )
        remote = self.admin.invoice(order["entity_id"])
        self.change_remote(self.simulator.book.invoices, remote, grand_total=3.42)
        log = self.take_in()
        self.assert_held(self.received(remote), "3.42", "0.00")
        self.assertIn("not posted by itself", self.messages(log, "warning"))
        self.assertEqual(self.new_invoice(sale).amount_total, 3.42)

    def test_accuracy_too_low(self):
        """Odoo cannot compute a row any more: it is not posted with a rounding line."""
        order, sale = self.sell(
            {
                "sku": "SKU-001",
                "price": "3.33",
                "qty": 29999,
                "discount_percent": 7,
                "taxes": [],
            },
            shipping_amount=0,
        )
        self.assertEqual(sale.state, "sale")
        self.set_accuracies(0, 4)
        self.env.ref("product.decimal_discount").sudo().digits = 0
        remote = self.admin.invoice(order["entity_id"])
        self.take_in()
        move = self.new_invoice(sale)
        rounding = move.invoice_line_ids.filtered(lambda line: not line.sale_line_ids)
        self.assertGreater(abs(rounding.price_total), 0.05)
        self.assert_held(self.received(remote), "of its rows and taxes differ by")

    def test_negative_total(self):
        order, sale = self.sell()
        remote = self.admin.invoice(order["entity_id"])
        self.change_remote(self.simulator.book.invoices, remote, grand_total=-3.42)
        self.take_in()
        self.assertEqual(self.new_invoice(sale).amount_total, -3.42)
        self.assert_held(self.received(remote), "is negative")

    def test_cents_are_no_reason(self):
        order, sale = self.sell()
        remote = self.admin.invoice(order["entity_id"])
        total = round(remote["grand_total"] + 0.02, 2)
        self.change_remote(self.simulator.book.invoices, remote, grand_total=total)
        self.take_in()
        move = self.new_invoice(sale)
        self.assertEqual((move.state, move.amount_total), ("posted", total))

    def test_random_parts(self):
        """The invoices of a shop are all of its orders, whatever its settings."""
        for code, percent in (("FR5", "5.5"), ("ECO", "1.25")):
            self.simulator.shop.add_tax_rate(code, percent, tax_class=-2)
            self.make_tax(float(percent))
        self.connection.action_fetch_configuration()
        placed = [self.place_mixed(seed) for seed in range(15)]
        self.run_import()
        for number in range(2):
            for order, parts in placed:
                self.admin.invoice(order["entity_id"], parts[number])
            self.take_in()
        for order, _parts in placed:
            remotes = self.simulator.book.invoices.of_order(order["entity_id"])
            sale = self.sale(order)
            self.assert_state(sale, "sale")
            moves = sale.invoice_ids.sorted("id")
            self.assertEqual(set(moves.mapped("state")), {"posted"})
            for move, remote in zip(moves, remotes, strict=True):
                self.assertAlmostEqual(
                    move.amount_total, float(remote["grand_total"]), delta=0.051
                )
                odd = move.invoice_line_ids.filtered(lambda x: not x.sale_line_ids)
                self.assertLess(sum(map(abs, odd.mapped("price_total"))), 0.051)
            total = sum(moves.mapped("amount_total"))
            self.assertAlmostEqual(total, order["grand_total"], 2)
            self.assertEqual(set(sale.order_line.mapped("qty_to_invoice")), {0})

    def place_mixed(self, seed):
        """Place a random order.

        :return: the order, and the parts in which it is invoiced
        """
        draw = random.Random(seed)
        shop = self.simulator.shop
        shop.rounding = draw.choice(["total", "row", "unit"])
        shop.tax_before_discount = draw.choice([False, True])
        shop.product_tax_is_taxed = draw.choice([False, True])
        shop.product_tax_in_subtotal = draw.choice([False, True])
        with_tax = draw.choice([False, True])
        for view in shop.views:
            view.prices_include_tax = view.shipping_includes_tax = with_tax
        lines = [
            {
                "sku": sku,
                "qty": draw.randint(2, 9),
                "price": f"{draw.uniform(0.3, 120):.2f}",
                "discount_percent": draw.choice([0, 7.5, 33.33, 90, 100]),
                "taxes": draw.choice([["FR20"], ["FR5"], ["FR20", "ECO"], []]),
                "product_tax": draw.choice([0, "0.02", "1.25"]),
            }
            for sku in draw.sample(["SKU-001", "SKU-003", "VIRT-1"], 2)
        ]
        order = self.place(
            *lines,
            shipping_amount=draw.choice([0, "4.90"]),
            shipping_taxes=draw.choice([[], ["FR20"]]),
            shipping_discount=draw.choice([0, "0.29"]),
            billing={"country_id": "FR"},
        )
        first = {item["item_id"]: 1 for item in order["items"]}
        rest = {item["item_id"]: item["qty_ordered"] - 1 for item in order["items"]}
        return order, [first, rest]

    def test_shipping_once(self):
        """Two invoices of an order with free delivery, in one run or in two."""
        for at_once in (True, False):
            with self.subTest(at_once=at_once):
                order, sale = self.sell(("SKU-001", 2), shipping_amount=0)
                for _number in range(2):
                    self.admin.invoice(
                        order["entity_id"], {self.item(order, "SKU-001"): 1}
                    )
                    if not at_once:
                        self.take_in()
                self.take_in()
                self.assertEqual(
                    [
                        (line.qty_invoiced, line.qty_to_invoice)
                        for line in sale.order_line
                    ],
                    [(2, 0), (1, 0)],
                )
                self.assertEqual(sale.invoice_status, "invoiced")

    def test_store_credit_once(self):
        order, sale = self.sell(
            ("SKU-001", 2), extra_totals={"customer_balance_amount": -4}
        )
        for _number in range(2):
            self.admin.invoice(order["entity_id"], {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assertEqual(set(sale.order_line.mapped("qty_to_invoice")), {0})
        total = sum(sale.invoice_ids.mapped("amount_total"))
        self.assertAlmostEqual(total, sale.amount_total)


@tagged("post_install", "-at_install")
class TestMagentoReceivingCents(AmountsCommon):
    """The last part of an order has the odd cent, whoever makes it."""

    kind = "invoice"
    code = "import_invoices"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tax(8.375)

    def setUp(self):
        super().setUp()
        self.simulator.shop.add_tax_rate("US", "8.375", tax_class=-2)
        self.connection.action_fetch_configuration()
        order = json.loads(
            (CASES / "partial_invoices_both_sides_cent.json").read_text()
        )
        prices = [
            (item["sku"], item["price"], item["qty_ordered"]) for item in order["items"]
        ]
        self.lines = [
            {
                "sku": sku,
                "qty": quantity,
                "price": round(price / 1.1, 2),
                "taxes": ["US"],
            }
            for sku, price, quantity in prices
        ]

    def invoice_here(self, sale, share):
        move = sale._create_invoices()
        for line in move.invoice_line_ids:
            sold = line.sale_line_ids
            if sold.magento_role == "product":
                line.quantity = sold.product_uom_qty * share
        move.action_post()
        return move

    def invoice_there(self, order, share):
        return self.admin.invoice(
            order["entity_id"],
            {item["item_id"]: item["qty_ordered"] * share for item in order["items"]},
        )

    def assert_whole(self, sale, order):
        moves = sale.invoice_ids
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        total = sum(moves.mapped("amount_total"))
        self.assertAlmostEqual(total, order["grand_total"], 2)

    def test_shop_first(self):
        shares = (0.25, 0.5, 0.75)
        orders = self.import_many(len(shares), *self.lines, store="us")
        for order, share in zip(orders, shares, strict=True):
            self.invoice_there(order, share)
        self.take_in()
        for order, share in zip(orders, shares, strict=True):
            self.invoice_here(self.sale(order), 1 - share)
            self.assert_whole(self.sale(order), order)

    def test_odoo_first(self):
        shares = (0.25, 0.5, 0.75)
        orders = self.import_many(len(shares), *self.lines, store="us")
        for order, share in zip(orders, shares, strict=True):
            self.invoice_here(self.sale(order), share)
            self.invoice_there(order, share)
            self.invoice_there(order, 1 - share)
        self.take_in()
        for order in orders:
            self.assert_whole(self.sale(order), order)

    def test_many_parts(self):
        """Random parts by both sides, in random orders of a cent each."""
        orders = {}
        for cents in (1, 2, 5, 6, 11):
            line = {"sku": "SKU-001", "qty": 4, "price": f"{10 + cents / 100:.2f}"}
            orders[cents] = self.place({**line, "taxes": ["US"]}, store="us")
        self.run_import()
        for number in range(4):
            for cents, order in orders.items():
                if (cents >> number) % 2:
                    self.invoice_here(self.sale(order), 0.25)
                item = {self.item(order, "SKU-001"): 1}
                self.admin.invoice(order["entity_id"], item)
            self.take_in()
        for order in orders.values():
            self.assert_whole(self.sale(order), order)


@tagged("post_install", "-at_install")
class TestMagentoReceivingCreditedAmounts(AmountsCommon):
    kind = "creditmemo"
    code = "import_credit_memos"

    def note(self, remote):
        return self.received(remote)._get_moves()

    def test_discount_on_shipping(self):
        self.sell_with_tax()
        order, _sale, _invoice = self.invoiced(
            {"sku": "SKU-001", "discount_percent": 33.33},
            shipping_amount="4.90",
            shipping_taxes=["FR20"],
            shipping_discount="1.63",
        )
        remote = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_nothing_odd(self.note(remote), remote)

    def test_product_tax(self):
        order, sale, invoice = self.invoiced(
            {"sku": "SKU-001", "qty": 3, "product_tax": "0.55"}, shipping_amount=0
        )
        self.assertAlmostEqual(invoice.amount_total, order["grand_total"], 2)
        for quantity in (1, 2):
            item = {self.item(order, "SKU-001"): quantity}
            remote = self.admin.refund(order["entity_id"], item)
            self.take_in()
            note = self.note(remote)
            self.assert_nothing_odd(note, remote)
            line = self.by_role(note, "product_tax")
            self.assertAlmostEqual(line.price_subtotal, 0.55 * quantity)
            note.action_post()
        self.assertAlmostEqual(
            sum(sale.invoice_ids.mapped("amount_total_signed")), 0, 2
        )
        self.assertEqual(set(sale.order_line.mapped("qty_to_invoice")), {0})

    def test_tax_before_discount(self):
        self.simulator.shop.tax_before_discount = True
        order, _sale, _invoice = self.invoiced(
            {"sku": "SKU-001", "qty": 3, "discount_percent": 10}
        )
        item = {self.item(order, "SKU-001"): 2}
        remote = self.admin.refund(order["entity_id"], item, shipping_amount=0)
        self.take_in()
        note = self.note(remote)
        self.assert_nothing_odd(note, remote)
        self.assertAlmostEqual(self.by_role(note, "discount").price_subtotal, -2)

    def change_memo(self, remote, **values):
        self.change_remote(self.simulator.book.creditmemos, remote, **values)

    def test_tax_of_the_whole_order(self):
        """A partial credit memo with all of the order's tax."""
        order, _sale, _invoice = self.invoiced(
            {"sku": "SKU-001", "price": "100"},
            {"sku": "SKU-002", "price": "50"},
            shipping_amount=0,
        )
        item = {self.item(order, "SKU-001"): 1}
        remote = self.admin.refund(order["entity_id"], item, shipping_amount=0)
        self.change_memo(remote, tax_amount=30, grand_total=130)
        self.take_in()
        self.assert_held(self.received(remote), "10.00", "130.00")

    def test_subtotal_of_nothing(self):
        """Subtotal 0, and an adjustment that is a fee in truth."""
        order, _sale, _invoice = self.invoiced(
            {"sku": "SKU-001", "price": "294.02"},
            shipping_amount="18.43",
            shipping_taxes=[],
        )
        remote = self.admin.refund(order["entity_id"])
        total = round(remote["grand_total"] - 323.5, 2)
        remote["items"][0]["row_total"] = 0
        self.change_memo(
            remote,
            subtotal=0,
            adjustment_positive=323.5,
            adjustment=0,
            grand_total=total,
        )
        self.take_in()
        self.assert_held(self.received(remote), "352.98")

    def test_more_than_was_invoiced(self):
        order, _sale, _invoice = self.invoiced("SKU-001", shipping_amount=0)
        remote = self.admin.refund(order["entity_id"], shipping_amount=0)
        self.change_memo(
            remote,
            adjustment_positive=50,
            adjustment=50,
            grand_total=round(remote["grand_total"] + 50, 2),
        )
        self.take_in()
        self.assert_held(self.received(remote), "12.00", "62.00")

    def test_store_credit_is_credited(self):
        """What lowered the order lowers the credit note, on the same line."""
        order, sale, _invoice = self.invoiced(
            "SKU-001", extra_totals={"customer_balance_amount": -4}
        )
        remote = self.admin.refund(order["entity_id"])
        self.take_in()
        note = self.note(remote)
        self.assert_nothing_odd(note, remote)
        self.assertEqual(self.by_role(note, "extra").price_total, -4)
        self.assertFalse(self.received(remote).waiting_reason)


@tagged("post_install", "-at_install")
class TestMagentoExportedAmounts(AmountsCommon):
    """What Odoo invoices and credits comes to the same in the shop."""

    kind = "creditmemo"
    code = "export_credit_memos"

    def export(self, code):
        log = self.connection.run_operation(code).sudo()
        self.assertEqual(log.failed_count, 0, self.messages(log))

    def check_life(self, line):
        """Invoice an order in two parts, and credit one of them: equal in the shop."""
        self.connection.payment_method_ids.sudo().invoice_rule = "validate"
        order, sale = self.sell(line, shipping_amount=0)
        item = self.item(order, line["sku"])
        for quantity in (1, 2):
            move = sale._create_invoices()
            for each in move.invoice_line_ids:
                if each.sale_line_ids.magento_role != "shipping":
                    each.quantity = quantity
            move.action_post()
            self.export("export_invoices")
            remote = self.simulator.book.invoices.of_order(order["entity_id"])[-1]
            self.assertAlmostEqual(move.amount_total, float(remote["grand_total"]), 2)
            self.assertFalse(move.magento_document_ids.difference_cause)
        self.assertEqual(sale.invoice_status, "invoiced")
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Back"})
        )
        note = self.su["account.move"].browse(wizard.reverse_moves()["res_id"])
        note.filtered(lambda each: each.state == "draft").action_post()
        self.export("export_credit_memos")
        [memo] = self.simulator.book.creditmemos.of_order(order["entity_id"])
        self.assertAlmostEqual(note.amount_total, float(memo["grand_total"]), 2)
        self.assertFalse(float(memo.get("adjustment") or 0))
        self.assertEqual(float(memo["items"][0]["qty"]), 2)
        self.assertEqual(memo["items"][0]["order_item_id"], item)

    def test_product_tax(self):
        self.check_life({"sku": "SKU-001", "qty": 3, "product_tax": "0.55"})

    def test_tax_before_discount(self):
        self.simulator.shop.tax_before_discount = True
        self.check_life({"sku": "SKU-001", "qty": 3, "discount_percent": 10})
