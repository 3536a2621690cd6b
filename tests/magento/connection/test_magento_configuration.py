from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...shared.versions import price_included
from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoConfiguration(MagentoCommon):
    """*Fetch from Magento* fills in what the shop has, with guesses."""

    def fetch(self):
        return self.connection.action_fetch_configuration()["params"]

    def test_stores(self):
        stores = {store.code: store for store in self.connection.store_ids}
        self.assertEqual(set(stores), {"default", "us", "b2b_en"})
        us = stores["us"]
        self.assertEqual(us.website, "Main Website")
        self.assertEqual(us.pricelist_id.currency_id.name, "USD")
        self.assertEqual(us.warehouse_id.company_id, self.company)
        self.assertEqual(us.lang_id.code, "en_US")
        self.assertTrue(us.is_guess)

    def test_currency_and_pricelist(self):
        """A currency that Odoo has not activated is, and gets a pricelist."""
        pound = self.env.ref("base.GBP").sudo()
        pound.active = False
        self.simulator.shop.add_view("uk", currency="GBP", rate=Decimal("0.9"))
        self.fetch()
        self.assertTrue(pound.active)
        store = self.connection.store_ids.filtered(lambda each: each.code == "uk")
        self.assertEqual(store.pricelist_id.currency_id, pound)
        order = self.place(store="uk")
        self.assert_equal_totals(self.import_placed(order), order)

    def test_customers_currency(self):
        """A shop in another currency changes no quotation that is not its own."""
        pricelists = self.env["product.pricelist"].sudo()
        mine = [("company_id", "in", (False, self.company.id))]
        pricelists.search(mine).active = False
        self.env.ref("base.GBP").sudo().active = True
        self.simulator.shop.add_view("uk", currency="GBP", rate=Decimal("0.9"))
        self.fetch()
        self.assertEqual(self.quote("Ann").currency_id, self.company.currency_id)
        for_magento = pricelists.search(mine)
        self.assertTrue(all(for_magento.mapped("is_for_magento")))
        self.assertFalse(for_magento[0].copy().is_for_magento, "a copy is anybody's")
        for_magento.is_for_magento = False
        self.assertNotEqual(self.quote("Bob").currency_id, self.company.currency_id)

    def quote(self, name):
        """Return a quotation for a new customer."""
        env = self.env(su=True)
        partner = env["res.partner"].create({"name": name})
        return env["sale.order"].create({"partner_id": partner.id})

    def test_taxes(self):
        """A rate is guessed by its percentage, among taxes on top of prices first."""
        rates = {tax.code: tax for tax in self.connection.tax_ids}
        self.assertEqual(rates["FR20"].tax_id, self.tax_20)
        self.assertFalse(rates["US-NY-*-Rate 1"].tax_id)
        self.make_tax(5.5, **price_included(), sequence=1)
        on_top = self.make_tax(5.5, sequence=9)
        self.simulator.shop.add_tax_rate("FR5", "5.5", tax_class=-2)
        self.fetch()
        rate = self.connection.tax_ids.filtered(lambda each: each.code == "FR5")
        self.assertEqual(rate.tax_id, on_top)

    def test_methods(self):
        self.assertIn("checkmo", self.connection.payment_method_ids.mapped("code"))
        self.place(payment="paypal_express", shipping_method="tablerate_bestway")
        self.fetch()
        methods = {m.code: m for m in self.connection.payment_method_ids}
        self.assertEqual(methods["paypal_express"].name, "PayPal Express Checkout")
        self.assertEqual(methods["paypal_express"].import_rule, "always")
        codes = self.connection.shipping_method_ids.mapped("code")
        self.assertEqual(codes, ["tablerate_bestway"])

    def test_carrier(self):
        carrier = self.su["delivery.carrier"].create(
            {"name": "flat rate", "product_id": self.product("VIRT-1").id}
        )
        self.place()
        self.fetch()
        self.assertEqual(self.connection.shipping_method_ids.carrier_id, carrier)

    def test_choices_are_kept(self):
        """What somebody chose stays, and is no guess any more."""
        store = self.connection.store_ids[0]
        warehouse = self.su["stock.warehouse"].create(
            {"name": "Second", "code": "WH9", "company_id": self.company.id}
        )
        store.warehouse_id = warehouse
        method = self.connection.payment_method_ids[0]
        method.import_rule = "never"
        self.fetch()
        self.assertEqual((store.warehouse_id, store.is_guess), (warehouse, False))
        self.assertEqual(method.import_rule, "never")
        self.assertEqual(len(self.connection.store_ids), 3)

    def test_missing_right(self):
        """What the integration may not read is said; the rest is fetched."""
        self.simulator.rights.discard("Magento_Tax::manage_tax")
        params = self.fetch()
        self.assertEqual(params["type"], "warning")
        self.assertIn("Magento_Tax::manage_tax", params["message"])

    def test_stock_sources(self):
        """That nobody may read them is said by Fetch, and by each run that ships."""
        self.simulator.rights.discard("Magento_InventoryApi::source")
        params = self.fetch()
        self.assertEqual(params["type"], "warning")
        self.assertIn("Stores ▸ Inventory ▸ Sources", params["message"])
        log = self.connection.run_operation("export_shipments").sudo()
        self.assertIn("Inventory ▸ Sources", self.messages(log, "warning"))
        self.simulator.rights.add("Magento_InventoryApi::source")
        self.assertEqual(self.fetch()["type"], "success")
        log = self.connection.run_operation("export_shipments").sudo()
        self.assertFalse(self.messages(log, "warning"))

    def test_wrong_key(self):
        self.connection.consumer_secret = "wrong"
        with self.assertRaisesRegex(UserError, "sign-in.*Resolution"):
            self.fetch()

    def test_bearer(self):
        self.simulator.bearer_allowed = True
        self.connection.write({"auth_type": "bearer", "consumer_key": False})
        order = self.place()
        self.assertTrue(self.import_placed(order))

    def test_test_connection(self):
        action = self.connection.action_test_connection()
        self.assertEqual(action["res_model"], "magento.connection.test")

    def test_address(self):
        for url in ("ftp://shop.example", "https://user:secret@shop.example", "shop"):
            with self.assertRaises(ValidationError):
                self.connection.base_url = url

    def test_unknown_operation(self):
        with self.assertRaises(UserError):
            self.connection.run_operation("make_coffee")
