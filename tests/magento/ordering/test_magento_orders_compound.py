from odoo.tests import tagged

from ....compat import SOLD_TAXES
from .recorded_common import RecordedCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersCompound(RecordedCommon):
    """Taxes that are computed on top of another, and those that nobody itemises."""

    def test_compound_taxes(self):
        """One upon the other: the text names the setting that Odoo needs."""
        shop = self.simulator.shop
        shop.add_tax_rate("GST", 10, tax_class=-2)
        shop.add_tax_rate("QST", 5, tax_class=-2, priority=1)
        lower, _upper = self.make_tax(10, sequence=1), self.make_tax(5, sequence=2)
        self.connection.action_fetch_configuration()
        line = {"sku": "SKU-001", "qty": 7, "price": "33.33", "taxes": ["GST", "QST"]}
        order = self.place(line)
        log = self.run_import()
        sale = self.sale(order)
        self.assert_state(sale, "draft")
        self.assertIn("Affect Base of Subsequent Taxes", self.messages(log, "warning"))
        lower.include_base_amount = True
        sale.with_env(self.env).action_magento_refresh()
        self.assert_equal_totals(sale, order)
        self.assert_state(sale, "sale")

    def record_compound(self):
        """Put an order into the shop with two taxes, of one item not compound."""
        shop = self.simulator.shop
        shop.add_tax_rate("CA-GST", 5, tax_class=-2)
        shop.add_tax_rate("CA-QST", "9.975", tax_class=-2, priority=1)
        self.make_tax(5, sequence=1, include_base_amount=True)
        upper = self.make_tax(9.975, sequence=2)
        self.connection.action_fetch_configuration()
        order = self.recorded("compound_tax_upon_another", with_taxes=False)
        return order, upper

    def test_tax_upon_another_and_alone(self):
        """Of one code: its effective percentage is the rate; the text names the tax."""
        order, upper = self.record_compound()
        log = self.run_import()
        sale = self.sale(order)
        self.assert_state(sale, "draft")
        self.assertEqual(len(sale.order_line[SOLD_TAXES]), 2)
        self.assertIn("Base Affected by Previous", self.messages(log, "warning"))
        rates = self.su["magento.tax"].search([("code", "=", "CA-QST")])
        self.assertEqual(rates.mapped("rate"), [9.975, 10.4737])
        self.assertEqual(rates.mapped("mapping_state"), ["guess", "guess"])
        self.mend(upper, sale)
        self.assert_confirmed(order)

    def test_refresh_that_mends_nothing(self):
        """Whoever presses it reads what is wrong now."""
        order, _upper = self.record_compound()
        self.run_import()
        sale = self.sale(order)
        notes = len(sale.message_ids)
        lower = sale.order_line[SOLD_TAXES].filtered(lambda tax: tax.amount == 5)
        lower.include_base_amount = False
        sale.with_env(self.env).action_magento_refresh()
        self.assertEqual(len(sale.message_ids), notes + 1)
        self.assertIn("Affect Base of Subsequent Taxes", sale.message_ids[0].body)

    def test_refresh_of_what_is_over(self):
        """One that the shop shipped and refunded first is mended in the same way."""
        order, upper = self.record_compound()
        self.simulator.admin.invoice(order["entity_id"])
        self.simulator.admin.ship(order["entity_id"])
        self.simulator.admin.refund(order["entity_id"])
        self.assertEqual(order["state"], "closed")
        self.run_import()
        sale = self.sale(order)
        self.assert_state(sale, "draft")
        self.mend(upper, sale)
        self.assert_confirmed(order)

    def test_refresh_of_what_is_invoiced(self):
        """The shop's invoice stays that of the lines: nothing is invoiced twice."""
        self.connection.import_invoices = "posted"
        order, upper = self.record_compound()
        self.simulator.admin.invoice(order["entity_id"])
        self.simulator.admin.ship(order["entity_id"])
        self.run_import()
        sale = self.sale(order)
        self.assert_state(sale, "draft")
        self.connection.run_operation("import_invoices")
        invoice = sale.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.simulator.admin.refund(order["entity_id"])
        self.mend(upper, sale)
        self.assert_confirmed(order)
        self.assertEqual(sale.invoice_ids, invoice)
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assertTrue(sale.picking_ids)  # for the shop's shipment

    def mend(self, upper, sale):
        """Choose taxes that compute as the shop does, and read an order again."""
        rates = self.su["magento.tax"].search([("code", "=", "CA-QST")])
        rates[0].tax_id = upper.copy({"name": "QST alone", "is_base_affected": False})
        sale.with_env(self.env).action_magento_refresh()

    def test_words_of_amounts(self):
        """They are money, not what a processor makes of them."""
        order, _upper = self.record_compound()
        log = self.run_import()
        self.assertIn("140.14\xa0€ with taxes of 18.49\xa0€", self.messages(log))
        self.assertNotIn("0000", self.messages(log).replace(order["increment_id"], ""))

    def test_everything_given_away(self):
        """Magento itemises no tax then: a percentage of several rates is none's."""
        self.add_rates()
        rates = len(self.connection.tax_ids)
        order = self.recorded("all_given_away")
        self.run_import()
        self.assert_confirmed(order)
        self.assertEqual(len(self.connection.tax_ids), rates)
