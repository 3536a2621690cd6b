from odoo.tests import tagged

from ....compat import SOLD_TAXES, product_kind
from ...shared.versions import get_tax_groups, price_included, set_rounding
from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersLines(MagentoCommon):
    """What a line sells and costs, and what happens to totals that differ."""

    def lines(self, sale, role="product"):
        return sale.order_line.filtered(lambda line: line.magento_role == role)

    def test_configurable(self):
        """The variant is sold, at its parent's price; both ids are kept."""
        order = self.place({"sku": "TEE", "variant": "TEE-M", "qty": 2})
        line = self.lines(self.import_placed(order))
        self.assertEqual(line.product_id.default_code, "TEE-M")
        self.assertEqual((line.price_unit, line.product_uom_qty), (25, 2))
        parent, child = (str(item["item_id"]) for item in order["items"])
        self.assertEqual(line.magento_item_id, parent)
        self.assertEqual(line.magento_child_item_id, child)

    def test_dynamic_bundle(self):
        """The parts have the prices; the bundle is a note."""
        order = self.place(("BUN-DYN", 2))
        sale = self.import_placed(order)
        self.assert_equal_totals(sale, order)
        title = self.lines(sale, "bundle_title")
        self.assertEqual(title.display_type, "line_note")
        self.assertIn("BUN-DYN", title.name)
        parts = self.lines(sale, "bundle_part")
        self.assertEqual(parts.mapped("price_unit"), [10, 19.99])
        self.assertEqual(
            set(parts.mapped("magento_parent_item_id")), {title.magento_item_id}
        )
        moves = sale.picking_ids.move_ids
        self.assertEqual(moves.mapped("product_uom_qty"), [2, 4])

    def test_fixed_bundle(self):
        """The bundle has the price, once; its parts are delivered, whatever it is."""
        for kind in ("service", "consu", "product"):
            bundle = self.product("BUN-FIX-SEP").copy({"default_code": f"BUN-{kind}"})
            bundle.write(product_kind(kind))
            order = self.place("BUN-FIX-SEP")
            for item in order["items"][:1]:
                item["sku"] = bundle.default_code
            sale = self.import_placed(order)
            self.assert_equal_totals(sale, order)
            moves = sale.picking_ids.move_ids
            self.assertEqual(
                moves.product_id.mapped("default_code"), ["SKU-001", "SKU-002"], kind
            )
            bundle_line = self.lines(sale, "bundle")
            self.assertFalse(bundle_line.qty_delivered)
            self.deliver(sale)
            self.assertEqual(bundle_line.qty_delivered, 1)
            self.assertEqual(
                sum(self.lines(sale, "bundle_part").mapped("price_total")), 0
            )

    def test_virtual(self):
        """What needs no delivery has neither an address of its own nor a picking."""
        sale = self.import_one("VIRT-1")
        self.assertFalse(sale.picking_ids)
        self.assertEqual(sale.partner_shipping_id, sale.partner_invoice_id)
        self.assertFalse(self.lines(sale, "shipping"))

    def test_decimal_quantity(self):
        order = self.place(("SKU-DEC", "2.5"))
        sale = self.import_placed(order)
        self.assertEqual(self.lines(sale).product_uom_qty, 2.5)
        self.assert_equal_totals(sale, order)

    def test_quantity_with_too_many_digits(self):
        """A quantity that Odoo would round holds the order back, and says why."""
        order = self.place(("SKU-DEC", "1.23456"))
        log = self.run_import()
        self.assertFalse(self.sale(order))
        self.assertRegex(self.messages(log, "error"), "1.23456 of SKU-DEC.*Resolution")

    def test_quantity_finer_than_its_unit(self):
        """Transfers would round it, and leave a part undelivered for ever."""
        unit = self.product("SKU-DEC").uom_id
        set_rounding(unit, 2)
        order = self.place(("SKU-DEC", "3.333"), "SKU-001")
        log = self.run_import()
        self.assertFalse(self.sale(order))
        words = "quantity 3.333 of SKU-DEC.*Resolution"
        self.assertRegex(self.messages(log, "error"), words)
        set_rounding(unit, 3)
        sale = self.import_placed(order)
        self.assert_equal_totals(sale, order)
        self.assertEqual(sale.picking_ids.move_ids[0].product_uom_qty, 3.333)

    def test_service_finer_than_its_unit(self):
        """What is not delivered is rounded by nobody."""
        order = self.place(("VIRT-1", "3.333"))
        self.assert_equal_totals(self.import_placed(order), order)

    def test_discount(self):
        """The price is after discount; the shop's own price and discount are kept."""
        sale = self.import_one({"sku": "SKU-002", "qty": 3, "discount_percent": 10})
        line = self.lines(sale)
        self.assertEqual((line.price_unit, line.discount), (17.99, 0))
        self.assertEqual((line.magento_price, line.magento_discount), (19.99, 6))

    def test_shipping(self):
        """Shipping is a line with its own discount and tax, of the carrier."""
        carrier = self.su["delivery.carrier"].create(
            {"name": "Bike", "product_id": self.product("VIRT-1").id}
        )
        self.connection.shipping_method_ids.carrier_id = carrier
        order = self.place(
            shipping_amount=9, shipping_discount=2, shipping_taxes=["FR20"]
        )
        self.run_import()
        method = self.connection.shipping_method_ids
        self.assertEqual(method.code, "flatrate_flatrate")
        sale = self.sale(order)
        line = self.lines(sale, "shipping")
        self.assertEqual((line.price_unit, line[SOLD_TAXES]), (7, self.tax_20))
        self.assertTrue(line.is_delivery)
        self.assert_equal_totals(sale, order)
        method.carrier_id = carrier
        sale = self.import_one(shipping_amount=9)
        self.assertEqual(sale.carrier_id, carrier)
        self.assertEqual(self.lines(sale, "shipping").product_id, carrier.product_id)
        self.assertEqual(sale.picking_ids.carrier_id, carrier)

    def test_carriers_real_cost(self):
        """A carrier that bills its real cost leaves the price of Magento as it is."""
        carrier = self.su["delivery.carrier"].create(
            {
                "name": "Flat Rate",
                "product_id": self.product("VIRT-1").id,
                "fixed_price": 77,
                "invoice_policy": "real",
                "integration_level": "rate_and_ship",
            }
        )
        order = self.place(shipping_amount=0)
        sale = self.import_placed(order)
        self.assertEqual(sale.carrier_id, carrier)
        sale.picking_ids.carrier_price = 77
        self.deliver(sale)
        sale.picking_ids._add_delivery_cost_to_so()
        self.assert_equal_totals(sale, order)

    def test_custom_options(self):
        """What the customer chose is in the description, ids for unknown titles."""
        order = self.place({"sku": "SKU-001", "custom_options": {7: "Happy birthday"}})
        line = self.lines(self.import_placed(order))
        self.assertIn("7: Happy birthday", line.name)

    def test_extra_totals(self):
        """A gift card is a line, as is a surcharge."""
        for extra in ({"gift_cards_amount": -5}, {"surcharge_amount": "1.5"}):
            order = self.place(extra_totals=extra)
            sale = self.import_placed(order)
            self.assert_equal_totals(sale, order)
            line = self.lines(sale, "extra")
            self.assertEqual(line.price_total, float(*extra.values()))
            self.assertEqual(sale.state, "sale")

    def test_two_taxes_on_one_item(self):
        """A line with two rates has both taxes, with Magento's amounts."""
        self.add_rates()
        order = self.place({"sku": "SKU-001", "qty": 3, "taxes": ["FR20", "ECO"]})
        sale = self.import_placed(order)
        self.assertEqual(
            sorted(self.lines(sale)[SOLD_TAXES].mapped("amount")), [1.25, 20]
        )
        self.assert_equal_totals(sale, order)
        self.assertAlmostEqual(sum(get_tax_groups(sale)), order["tax_amount"])

    def test_one_tax_in_the_price_and_one_not(self):
        self.add_rates()
        self.tax_20.write(price_included())
        self.tax_20.sequence = 0
        order = self.place({"sku": "SKU-001", "qty": 3, "taxes": ["FR20", "ECO"]})
        sale = self.import_placed(order)
        self.assertAlmostEqual(sale.amount_total, order["grand_total"])

    def test_currencies(self):
        """The order's currency, never the base's, through its pricelist."""
        order = self.place("SKU-002", store="us")
        sale = self.import_placed(order)
        self.assertEqual(sale.currency_id.name, "USD")
        self.assertNotEqual(order["grand_total"], order["base_grand_total"])
        self.assertEqual(sale.amount_total, order["grand_total"])

    def test_yen(self):
        """A currency without decimals: the total is Magento's, rounded to one yen."""
        self.env.ref("base.JPY").sudo().active = True
        self.simulator.shop.add_view("jp", currency="JPY", rate=160)
        self.connection.action_fetch_configuration()
        for quantity in range(1, 8):
            order = self.place(("SKU-002", quantity), ("SKU-005", 3), store="jp")
            sale = self.import_placed(order)
            self.assertEqual(sale.currency_id.name, "JPY")
            self.assertEqual(sale.amount_total, round(order["grand_total"]))
            self.assertEqual(sale.state, "sale")

    def test_rounding_line(self):
        """Cents that nothing explains are a line of their own."""
        order = self.place()
        self.change(order, grand_total=order["grand_total"] + 0.05)
        sale = self.import_placed(order)
        self.assertAlmostEqual(self.lines(sale, "rounding").price_total, 0.05)
        self.assertEqual(sale.state, "sale")
        self.assertFalse(sale.magento_total_difference)

    def test_larger_difference(self):
        """More than cents leaves a quotation, which can be searched for."""
        order = self.place()
        self.change(order, grand_total=order["grand_total"] + 0.06)
        log = self.run_import()
        sale = self.sale(order)
        self.assertEqual(sale.state, "draft")
        self.assertAlmostEqual(sale.magento_total_difference, 0.06)
        self.assertRegex(self.messages(log, "warning"), "quotation.*Resolution")
        found = self.su["sale.order"].search([("magento_total_difference", ">", 0.05)])
        self.assertEqual(found, sale)

    def test_other_taxes(self):
        """Equal totals with other taxes are no equal order."""
        order = self.place()
        self.change(order, tax_amount=order["tax_amount"] + 1)
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "draft")
        self.assertEqual(sale.magento_tax_difference, 1)

    def test_wrong_tax_mended(self):
        """A quotation with a wrong tax is read anew by Refresh, and confirmed."""
        tax_10 = self.make_tax(10)
        rate = self.connection.tax_ids.filtered(lambda tax: tax.code == "FR20")
        rate.tax_id = tax_10
        order = self.place(("SKU-004", 3))
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "draft")
        rate.tax_id = self.tax_20
        sale.with_env(self.env).action_magento_refresh()
        self.assert_equal_totals(sale, order)
        self.assertEqual(sale.state, "sale")

    def test_two_digits(self):
        """Two digits with which no price makes up a row leave a quotation: why."""
        self.set_accuracies(2, 2)
        line = {"sku": "SKU-001", "qty": 100000, "price": "0.07", "discount": "333.33"}
        order = self.place(line, shipping_amount=0)
        log = self.run_import()
        sale = self.sale(order)
        self.assertEqual(sale.state, "draft")
        self.assertIn("raise the accuracies", self.messages(log, "warning"))
        self.set_accuracies(6, 4)
        sale.with_env(self.env).action_magento_refresh()
        self.assert_equal_totals(sale, order)
        self.assertEqual(sale.state, "sale")

    # Kept as Magento gave it

    def test_date(self):
        """The order keeps its date when it is confirmed, also by hand."""
        order = self.place(at="2026-01-02 03:04:05")
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "sale")
        self.assertEqual(str(sale.date_order), "2026-01-02 03:04:05")
        held = self.place(at="2026-01-02 03:04:05", state="holded")
        self.change(held)
        sale = self.import_placed(held)
        sale.action_confirm()
        self.assertEqual(str(sale.date_order), "2026-01-02 03:04:05")

    def test_prices(self):
        """Quantities may change, the price of one stays, also for *Update Prices*."""
        self.set_accuracies(2, 2)
        sale = self.import_one({"sku": "SKU-001", "qty": 3, "discount": "0.02"})
        line = self.lines(sale)
        price, discount = line.price_unit, line.discount
        line.product_uom_qty = 5
        sale.action_update_prices()
        self.assertEqual((line.price_unit, line.discount), (price, discount))
        self.assertAlmostEqual(line.price_subtotal, 5 * price * (1 - discount / 100), 2)
        line.product_uom_qty = 3
        self.assertFalse(sale.magento_total_difference)

    def test_taxes(self):
        """*Update Taxes* does not change what Magento applied."""
        sale = self.import_one()
        sale.action_update_taxes()
        self.assertEqual(self.lines(sale)[SOLD_TAXES], self.tax_20)

    def test_currency_for_another_customer(self):
        held = self.import_one(store="us", state="holded")
        held.partner_id = self.su["res.partner"].create({"name": "Somebody"})
        self.assertEqual(held.currency_id.name, "USD")
