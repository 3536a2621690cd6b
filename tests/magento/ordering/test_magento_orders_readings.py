import random

from odoo import Command
from odoo.tests import tagged

from ....compat import SOLD_TAXES
from ...shared.versions import map_tax
from ..common import MagentoCommon
from .recorded_common import RecordedCommon

PREFIXES = ("", "base_")


@tagged("post_install", "-at_install")
class TestMagentoOrdersReadings(RecordedCommon):
    """However a shop shows its amounts: equal to the cent, or waiting with a cause."""

    def sell_with_tax(self):
        for view in self.simulator.shop.views:
            view.prices_include_tax = view.shipping_includes_tax = True

    def by_role(self, sale, role):
        return sale.order_line.filtered(lambda line: line.magento_role == role)

    # Orders of a real shop

    def test_recorded(self):
        """Each of them stayed a quotation once."""
        names = (
            "fpt_simple",
            "fpt_subtotal_coupon",
            "fpt_gross_coupon",
            "fpt_gross_tax_before_discount",
            "discount_before_tax_10_percent",
            "gross_discount_90_percent",
            "gross_shipping_discount_order",
            "compound_tax",
        )
        orders = {name: self.recorded(name) for name in names}
        self.connection.action_fetch_configuration()
        log = self.run_import()
        self.assertEqual(log.failed_count, 0, self.messages(log))
        for name, order in orders.items():
            with self.subTest(name):
                self.assert_equal_totals(self.sale(order), order)
                self.assertIn(self.sale(order).state, ("sale", "done"))

    # Rows of other versions

    def spoil(self, order, row):
        for item in order["items"]:
            for prefix in PREFIXES:
                item[f"{prefix}row_total"] = round(max(row(item, prefix), 0), 4)
        self.change(order)
        return order

    def test_row_of_one_piece(self):
        """Magento 2.4.8 gives the price of one piece as the row."""
        lines = (
            (("SKU-001", 3),),
            (("SKU-002", 3), ("SKU-001", 2)),
            ({"sku": "SKU-002", "qty": 5, "discount_percent": 30},),
            ({"sku": "TEE", "variant": "TEE-M", "qty": 3},),
            (("SKU-DEC", "2.5"),),
            (("BUN-DYN", 2),),
        )
        orders = [
            self.spoil(self.place(*each), lambda item, prefix: item[f"{prefix}price"])
            for each in lines
        ]
        self.run_import()
        for order in orders:
            self.assert_confirmed(order)

    def test_child_with_the_price_of_its_bundle(self):
        """A part of a bundle with one price shows it, and sells nothing for it."""
        order = self.place(("BUN-FIX-SEP", 2), "SKU-003")
        parents = {item["item_id"]: item for item in order["items"]}
        for item in order["items"]:
            if parent := parents.get(item.get("parent_item_id")):
                item["price"] = parent["price"]
        self.change(order)
        self.run_import()
        sale = self.assert_confirmed(order)
        self.assertEqual(len(self.by_role(sale, "bundle")), 1)

    def test_free_gift_in_a_shop_with_tax_in_prices(self):
        """A row is never below zero in Magento, though the discount has tax within."""
        self.sell_with_tax()
        order = self.place(
            {"sku": "SKU-001", "price": "20.50", "discount_percent": 100},
            {"sku": "SKU-002", "qty": 2, "discount_percent": 10},
        )
        self.run_import()
        self.assert_confirmed(order)

    # Tax before discount

    def test_tax_before_discount(self):
        """The tax is owed for the whole price: the discount is a line without tax."""
        self.simulator.shop.tax_before_discount = True
        order = self.place({"sku": "SKU-001", "qty": 4, "discount_percent": 25})
        self.run_import()
        sale = self.assert_confirmed(order)
        sold, discount = self.by_role(sale, "product"), self.by_role(sale, "discount")
        self.assertEqual((sold.price_subtotal, sold.price_tax), (40, 8))
        self.assertEqual((discount.price_total, discount[SOLD_TAXES].ids), (-10, []))
        self.assertEqual(discount.product_uom_qty, 4)

    # Fixed product taxes

    def test_product_tax(self):
        """It is a line with its own product and tax."""
        order = self.place({"sku": "SKU-001", "qty": 2, "product_tax": "1.25"})
        self.run_import()
        sale = self.assert_confirmed(order)
        line = self.by_role(sale, "product_tax")
        self.assertEqual((line.price_subtotal, line.price_tax), (2.5, 0.5))
        self.assertEqual(line[SOLD_TAXES], self.tax_20)
        self.assertEqual(
            line.product_id, self.connection._get_product_for("product_tax")
        )
        self.assertIn("Eco-participation", line.name)
        self.assertFalse(self.by_role(sale, "rounding"))

    def test_product_tax_of_cents(self):
        """However small it is, it is never a rounding."""
        self.simulator.shop.product_tax_is_taxed = False
        order = self.place({"sku": "SKU-001", "product_tax": "0.02"})
        self.run_import()
        sale = self.assert_confirmed(order)
        self.assertEqual(self.by_role(sale, "product_tax").price_total, 0.02)
        self.assertFalse(self.by_role(sale, "rounding"))

    def test_product_tax_goes_with_its_item(self):
        """It is invoiced when its item is, of goods that are invoiced by delivery."""
        self.product("SKU-001").invoice_policy = "delivery"
        order = self.place({"sku": "SKU-001", "qty": 2, "product_tax": "1.25"})
        self.run_import()
        sale = self.sale(order)
        line = self.by_role(sale, "product_tax")
        self.assertEqual(line.qty_to_invoice, 0)
        self.deliver(sale)
        self.assertEqual(line.qty_to_invoice, 2)
        invoice = sale._create_invoices()
        self.assertEqual(line.qty_to_invoice, 0)
        self.assertAlmostEqual(invoice.amount_total, order["grand_total"])

    def test_product_tax_follows_the_quantity(self):
        """A clerk who sells less of an item has nothing else to change."""
        self.simulator.shop.tax_before_discount = True
        order = self.place(
            {"sku": "SKU-001", "qty": 4, "product_tax": "1.25", "discount_percent": 25},
            {"sku": "SKU-002", "qty": 2, "product_tax": "0.50"},
        )
        self.run_import()
        sale = self.assert_confirmed(order)
        item = sale.order_line.filtered(lambda line: line.magento_role == "product")[0]
        charges = item._get_magento_charges()
        roles = {"product_tax", "discount"}
        self.assertEqual(set(charges.mapped("magento_role")), roles)
        others = (sale.order_line - item - charges).mapped("product_uom_qty")
        sale.with_user(self.user).order_line = [
            Command.update(item.id, {"product_uom_qty": 3})
        ]
        self.assertEqual(charges.mapped("product_uom_qty"), [3, 3])
        self.assertEqual(charges.mapped("qty_to_invoice"), [3, 3])
        # 3 at 10.00 and 3 times 1.25 with 20 %, less 25 % of 30.00
        total = (item | charges).mapped("price_total")
        self.assertAlmostEqual(sum(total), 36 + 4.5 - 7.5)
        invoice = sale._create_invoices()
        for charge in charges:
            self.assertEqual(charge.invoice_lines.quantity, 3)
        invoice.action_post()
        item.product_uom_qty = 4  # again as in the shop
        self.assertEqual(charges.mapped("qty_to_invoice"), [1, 1])
        self.assertAlmostEqual(sale.amount_total, order["grand_total"])
        left = sale.order_line - item - charges
        self.assertEqual(left.mapped("product_uom_qty"), others)

    # Everything together

    def place_mixed(self, seed):
        """Place an order of a shop with random settings and random lines."""
        draw = random.Random(seed)
        shop = self.simulator.shop
        shop.rounding = draw.choice(["total", "row", "unit"])
        shop.tax_before_discount = draw.choice([False, False, True])
        shop.product_tax_is_taxed = draw.choice([False, True])
        shop.product_tax_in_subtotal = draw.choice([False, True])
        with_tax = draw.choice([False, True])
        for view in shop.views:
            view.prices_include_tax = view.shipping_includes_tax = with_tax
        lines = []
        for sku in draw.sample(["SKU-001", "SKU-003", "BUN-DYN", "VIRT-1"], 3):
            line = {
                "sku": sku,
                "qty": draw.randint(1, 12),
                "discount_percent": draw.choice([0, 0, 7.5, 33.33, 90, 100]),
                "taxes": draw.choice([["FR20"], ["FR5"], ["FR20", "ECO"], []]),
            }
            if sku != "BUN-DYN":
                line["price"] = f"{draw.uniform(0.3, 120):.2f}"
                line["product_tax"] = draw.choice([0, 0, "0.02", "1.25"])
            lines.append(line)
        order = self.place(
            *lines,
            shipping_amount=f"{draw.uniform(0, 20):.2f}",
            shipping_taxes=draw.choice([[], ["FR20"]]),
            shipping_discount=draw.choice([0, "0.29"]),
            store=draw.choice(["default", "us"]),
            billing={"country_id": "FR"},
        )
        spoilt = draw.choice([None, None, lambda i, p: i[f"{p}price"], lambda i, p: 0])
        return self.spoil(order, spoilt) if spoilt else order

    def test_random(self):
        """All settings at once: each order is equal, and is confirmed."""
        self.add_rates()
        orders = [self.place_mixed(seed) for seed in range(50)]
        log = self.run_import()
        self.assertEqual(log.failed_count, 0, self.messages(log))
        for seed, order in enumerate(orders):
            with self.subTest(seed):
                self.assert_confirmed(order)

    def test_random_damage(self):
        """An amount that is wrong is never taken: it waits, and its text names it."""
        self.add_rates()
        draw = random.Random(7)
        orders = []
        for seed in range(30):
            order = self.place_mixed(seed)
            name = draw.choice(["grand_total", "tax_amount"])
            off = draw.choice([0.2, -0.2, 1.5, 40])
            self.change(order, **{name: round(order[name] + off, 2)})
            orders.append(order)
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            self.assertEqual(sale.state, "draft")
            text = sale.message_ids[:1].body
            self.assertRegex(text, "neither an item|of no item")

    # Fees

    def place_fee(self, attributes, fee, tax=0):
        order = self.place("SKU-001", shipping_amount=0)
        order["extension_attributes"] |= attributes
        for prefix in PREFIXES:
            for name, more in (("tax_amount", tax), ("grand_total", fee + tax)):
                order[prefix + name] = round(order[prefix + name] + more, 2)
        self.change(order)
        return order

    def test_fee_with_tax(self):
        order = self.place_fee({"cod_fee": 5, "cod_tax_amount": 1}, 5, 1)
        self.run_import()
        line = self.by_role(self.assert_confirmed(order), "extra")
        self.assertEqual((line.price_subtotal, line.price_tax), (5, 1))
        self.assertEqual((line.name, line[SOLD_TAXES]), ("Cod fee", self.tax_20))

    def test_points_are_no_money(self):
        order = self.place_fee({"fraud_score": 12, "delivery_slot": 2.5}, -12)
        log = self.run_import()
        sale = self.sale(order)
        self.assertEqual(sale.state, "draft")
        self.assertFalse(self.by_role(sale, "extra"))
        self.assertIn("neither an item nor the delivery", self.messages(log))

    def test_negative_total(self):
        """Nobody can invoice it: somebody is told."""
        order = self.place(
            {"sku": "SKU-001", "discount_percent": 100}, shipping_amount=0
        )
        self.change(order, grand_total=-0.01)
        log = self.run_import()
        self.assertEqual(self.sale(order).state, "draft")
        self.assertIn("negative", self.messages(log, "warning"))


@tagged("post_install", "-at_install")
class TestMagentoOrdersTaxes(MagentoCommon):
    """Which tax a rate of the shop is."""

    def sold(self, order):
        lines = self.sale(order).order_line
        return lines.filtered(lambda line: line.magento_role == "product")

    def test_rate_changed_under_its_code(self):
        """A country changes its rate, the shop keeps the code: another tax."""
        old = self.place(("SKU-001", 3))
        self.run_import()
        tax_16 = self.make_tax(16)
        shop = self.simulator.shop
        shop.tax_rates = [rate for rate in shop.tax_rates if rate.code != "FR20"]
        shop.add_tax_rate("FR20", "16", country="FR")
        self.connection.action_fetch_configuration()
        new = self.place(("SKU-001", 3))
        self.run_import()
        self.assertEqual(self.sold(old)[SOLD_TAXES], self.tax_20)
        self.assertEqual(self.sold(new)[SOLD_TAXES], tax_16)
        self.assert_equal_totals(self.sale(new), new)
        rates = self.connection.tax_ids.filtered(lambda rate: rate.code == "FR20")
        self.assertEqual(sorted(rates.mapped("rate")), [16, 20])

    def place_odd(self, percent, tax):
        order = self.place(
            {"sku": "SKU-001", "price": "17.35", "taxes": []}, shipping_amount=0
        )
        item = order["items"][0]
        for prefix in PREFIXES:
            item[f"{prefix}tax_amount"] = tax
            item[f"{prefix}row_total_incl_tax"] = round(17.35 + tax, 2)
            order[f"{prefix}tax_amount"] = tax
            order[f"{prefix}grand_total"] = round(17.35 + tax, 2)
        item["tax_percent"] = percent
        order["extension_attributes"] |= {"item_applied_taxes": [], "applied_taxes": []}
        self.change(order)
        return order

    def test_percentage_that_was_recomputed(self):
        """A marketplace divides the tax by the price: it is the nearest rate."""
        self.add_rates()
        rates = len(self.connection.tax_ids)
        odd = (
            (20, 3.47, 20),
            (19.9987, 3.47, 20),
            (20.0115, 3.47, 20),
            (19.94, 3.46, 20),
            (5.5043, 0.95, 5.5),
            (0, 3.47, 20),
        )
        orders = [self.place_odd(percent, tax) for percent, tax, _rate in odd]
        log = self.run_import()
        self.assertEqual(log.failed_count, 0, self.messages(log))
        for order, (_percent, _tax, rate) in zip(orders, odd, strict=True):
            self.assertEqual(self.sold(order)[SOLD_TAXES].amount, rate)
            self.assert_equal_totals(self.sale(order), order)
            self.assert_state(self.sale(order), "sale")
        self.assertEqual(len(self.connection.tax_ids), rates)

    def test_percentage_of_nobody(self):
        """One that is no rate's waits, and is not taken for the next best."""
        order = self.place_odd(13, 2.26)
        self.run_import()
        self.assertFalse(self.sale(order))
        self.assertIn("13 %", self.document(order).last_error)

    # Sales at 0 %

    def make_position(self, zero, country):
        position = self.su["account.fiscal.position"].create(
            {
                "name": country,
                "auto_apply": True,
                "company_id": self.company.id,
                "country_id": self.env.ref(f"base.{country}").id,
            }
        )
        map_tax(position, self.tax_20, zero)
        return position

    def test_fiscal_position(self):
        """An export bears the tax of 0 % of its fiscal position, with its tags."""
        tag = self.su["account.account.tag"].create(
            {"name": "Export", "applicability": "taxes"}
        )
        zero = self.make_tax(0, name="Export")
        zero.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "base"
        ).tag_ids = tag
        self.make_position(zero, "ch")
        self.product("SKU-001").taxes_id = self.tax_20
        self.company.account_sale_tax_id = self.tax_20
        line = {"sku": "SKU-001", "taxes": []}
        order = self.place(line, billing={"country_id": "CH"}, shipping_amount=5)
        self.run_import()
        sale = self.sale(order)
        self.assertEqual(sale.order_line[SOLD_TAXES], zero)
        self.assert_equal_totals(sale, order)
        self.assert_state(sale, "sale")
        invoice = sale._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.tax_tag_ids, tag)

    def test_no_fiscal_position(self):
        """Without one it has no tax: none is guessed."""
        self.make_tax(0, name="Export")
        self.product("SKU-001").taxes_id = self.tax_20
        order = self.place({"sku": "SKU-001", "taxes": []}, shipping_amount=0)
        self.run_import()
        self.assertFalse(self.sold(order)[SOLD_TAXES])
        self.assert_state(self.sale(order), "sale")

    def test_mapped_zero_rate(self):
        """A rate of 0 % with a code is the tax that somebody chose for it."""
        zero = self.make_tax(0, name="Intra")
        self.su["magento.tax"].create(
            {"connection_id": self.connection.id, "code": "EU-0", "tax_id": zero.id}
        )
        order = self.place({"sku": "SKU-001", "taxes": []}, shipping_amount=0)
        applied = [{"code": "EU-0", "title": "EU-0", "percent": 0, "amount": 0}]
        item = {"type": "product", "item_id": order["items"][0]["item_id"]}
        order["extension_attributes"] |= {
            "item_applied_taxes": [{**item, "applied_taxes": applied}],
            "applied_taxes": applied,
        }
        self.change(order)
        self.run_import()
        self.assertEqual(self.sold(order)[SOLD_TAXES], zero)
        self.assert_state(self.sale(order), "sale")
