from odoo.tests import tagged

from ..ordering.recorded_common import RecordedCommon
from .test_magento_refunds import MagentoRefundsCommon


@tagged("post_install", "-at_install")
class TestMagentoRefundsCents(RecordedCommon, MagentoRefundsCommon):
    """A real shop's order in which the odd cent of the tax is that of the shipping."""

    def bill_recorded(self):
        self.make_tax(5.5)
        order = self.recorded("shipping_tax_with_the_odd_cent")
        self.connection.action_fetch_configuration()
        self.run_import()
        sale = self.sale(order)
        self.assert_equal_totals(sale, order)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.export("export_invoices")
        self.assertAlmostEqual(invoice.amount_total, order["grand_total"], 2)
        return order, invoice

    def test_whole(self):
        """The shop is told the whole shipping, not what Odoo's tax makes of it."""
        order, invoice = self.bill_recorded()
        credit = self.credit(invoice)
        self.refund()
        items = {item["item_id"]: item["qty_ordered"] for item in order["items"]}
        self.assert_refunded(order, credit, items, 4.16)
        self.assertEqual(credit.amount_total, invoice.amount_total)

    def test_part(self):
        """A line has its own tax: the cent goes with the shipping."""
        order, invoice = self.bill_recorded()
        ring = next(i for i in order["items"] if i["sku"] == "OPT-1-ENG")
        line = invoice.invoice_line_ids.filtered(lambda line: line.quantity == 1)[0]
        credit = self.credit(invoice, {line.product_id.default_code: 1})
        self.assertAlmostEqual(credit.amount_total, ring["row_total_incl_tax"], 2)
        self.refund()
        self.assert_refunded(order, credit, {ring["item_id"]: 1})
        rest = self.credit(invoice, {"RED-2": 9}, shipping=True)
        self.assertAlmostEqual(
            credit.amount_total + rest.amount_total, invoice.amount_total, 2
        )
