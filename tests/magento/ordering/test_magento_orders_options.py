from odoo.tests import tagged

from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersOptions(MagentoCommon):
    """Custom options, whose SKUs Magento appends to that of the product."""

    def setUp(self):
        super().setUp()
        catalog = self.simulator.catalog
        for sku in ("SKU-001", "TEE"):
            catalog.add_option(sku, "Engraving", option_sku="ENG")
            catalog.add_option(sku, "Wrap", ("Gold", "GOLD"), ("Blue", "BLUE"))
            catalog.add_option(sku, "Extras", ("Ribbon", "RIB"), ("Card", ""))
            catalog.add_option(sku, "When", kind="date")
        self.options = [option.id for option in catalog["SKU-001"].options]

    def place_options(self, sku="SKU-001", **line):
        engraving, wrap, extras, when = (
            option.id for option in self.simulator.catalog[sku].options
        )
        gold = next(iter(self.simulator.catalog[sku].options[1].values))
        chosen = {engraving: "Zoë <b>", wrap: gold, extras: f"{gold + 2},{gold + 3}"}
        chosen[when] = "2026-12-24 00:00:00"
        return self.place({"sku": sku, "custom_options": chosen, **line})

    def sold(self, order):
        return self.sale(order).order_line.filtered("magento_item_id")

    def asked(self):
        return self.simulator.count("GET", "/V1/products")

    def test_product(self):
        """The product is the one with Magento's id, however the SKU was lengthened."""
        order = self.place_options()
        self.assertEqual(order["items"][0]["sku"], "SKU-001-ENG-GOLD-RIB")
        self.run_import()
        line = self.sold(order)
        self.assertEqual(line.product_id.default_code, "SKU-001")
        self.assertIn(
            "Engraving: Zoë <b>\nWrap: Gold\nExtras: Ribbon, Card\n"
            "When: 2026-12-24 00:00:00",
            line.name,
        )
        self.assertEqual(
            self.sale(order).picking_ids.move_ids.product_id, line[0].product_id
        )

    def test_variant(self):
        """A configurable has the options, its variant is delivered."""
        order = self.place_options("TEE", variant="TEE-M")
        self.run_import()
        line = self.sold(order)
        self.assertEqual(line.product_id.default_code, "TEE-M")
        self.assertIn("Wrap: Gold", line.name)

    def test_any_sku(self):
        """Also an SKU that is another product's, or where options left no trace."""
        self.product("SKU-002").copy({"default_code": "SKU-0011"})
        skus = ("SKU-001--", "SKU-001 RED", "sku-001-red", "SKU-0011", "UNKNOWN", "")
        for sku in skus:
            order = self.place_options()
            order["items"][0]["sku"] = sku
            self.run_import()
            self.assertEqual(self.sold(order).product_id.default_code, "SKU-001", sku)

    def test_without_options(self):
        """An unknown SKU leads to the product as well where no options are named."""
        order = self.place("SKU-001")
        order["items"][0]["sku"] = "SKU-001-OLD"
        self.run_import()
        self.assertEqual(self.sold(order).product_id.default_code, "SKU-001")

    def test_sku_of_its_own(self):
        """What Odoo has by the item's SKU is not asked for."""
        self.place("SKU-001")
        self.run_import()
        self.assertEqual(self.asked(), 0)

    def test_asked_once(self):
        """SKU and titles are fetched once and kept."""
        for _number in range(3):
            self.place_options()
            self.place_options("TEE", variant="TEE-M")
        self.run_import()
        self.assertEqual(self.asked(), 1)
        order = self.place_options()
        self.run_import()
        self.assertEqual(self.asked(), 1)
        self.assertIn("Wrap: Gold", self.sold(order).name)

    def test_renamed(self):
        """A product whose SKU was changed in both systems since is found."""
        self.place_options()
        self.run_import()
        product = self.product("SKU-001")
        product.default_code = "NEW-001"
        self.simulator.catalog.rename("SKU-001", "NEW-001")
        order = self.place_options("NEW-001")
        self.run_import()
        self.assertEqual(self.sold(order).product_id, product)

    def test_new_option(self):
        """An option that was added since is asked for."""
        self.place_options()
        self.run_import()
        option = self.simulator.catalog.add_option("SKU-001", "Sound", ("Loud", ""))
        [value] = option.values
        order = self.place({"sku": "SKU-001", "custom_options": {option.id: value}})
        self.run_import()
        self.assertIn("Sound: Loud", self.sold(order).name)

    def test_missing_product(self):
        """A product that is made has its own SKU, whatever was chosen."""
        self.connection.create_products = True
        self.product("SKU-001").default_code = "ELSEWHERE"
        orders = [self.place_options(), self.place("SKU-001")]
        self.run_import()
        products = self.sold(orders[0]).product_id, self.sold(orders[1]).product_id
        self.assertEqual(products[0].default_code, "SKU-001")
        self.assertEqual(*products)

    def test_catalogue_closed(self):
        """Without the right to read products no product is guessed or made."""
        self.connection.create_products = True
        self.simulator.faults.add("unauthorized", path="/V1/products")
        order, plain = self.place_options(), self.place("SKU-001")
        self.run_import()
        self.assertEqual(self.document(order).error_code, "product_unread")
        self.assertTrue(self.sale(plain))
        self.simulator.faults.clear()
        self.run_import()
        self.assertEqual(self.sold(order).product_id.default_code, "SKU-001")

    def test_recorded(self):
        """Two items of one product, each with what was chosen of it."""
        catalog = self.simulator.catalog
        catalog["SKU-006"].options = []
        for product in catalog:
            product.options.clear()
        catalog.add_option("SKU-006", "Engraving", option_sku="")
        catalog.add_option("SKU-006", "Wrap", ("Gold", "GOLD"), ("Blue", "BLUE"))
        order = self.add_case("custom_option_with_sku", 9001)
        self.run_import()
        gold, blue = self.sold(order)
        self.assertEqual((gold | blue).product_id.default_code, "SKU-006")
        self.assertIn("Engraving: Héllo <b>x</b> 🚲\nWrap: Gold", gold.name)
        self.assertTrue(blue.name.endswith("Wrap: Blue"))
        self.assert_equal_totals(self.sale(order), order)

    # Gift messages

    def test_no_message(self):
        self.assertFalse(self.import_one().note)

    def test_gift_message(self):
        """It stands on the order and on the delivery, as it was written."""
        order = self.add_case("gift_message", 9002)
        self.run_import()
        sale = self.sale(order)
        for note in (sale.note, sale.picking_ids.note):
            self.assertIn("Gift message from A to B", note)
            self.assertIn("Happy &lt;b&gt;day&lt;/b&gt;", note)

    def test_gift_message_of_an_item(self):
        order = self.place("SKU-001", fields={"customer_note": "Ring twice"})
        gift = {"sender": "A", "recipient": "B", "message": "Cheers"}
        order["items"][0]["extension_attributes"] = {"gift_message": gift}
        self.change(order)
        self.run_import()
        sale = self.sale(order)
        self.assertIn("Ring twice", sale.note)
        self.assertIn("(Simple product 1)", sale.note)
        self.assertIn("Cheers", sale.picking_ids.note)
        self.deliver(self.import_one("SKU-001"))
        self.assertFalse(self.import_one("SKU-001").picking_ids.note)
