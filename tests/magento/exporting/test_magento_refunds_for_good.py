from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import TWO_PIECES
from .test_magento_refunds import MagentoRefundsCommon


@tagged("post_install", "-at_install")
class TestMagentoRefundsForGood(MagentoRefundsCommon):
    """What was invoiced in Magento and refunded is not invoiced again."""

    BILLED = (TWO_PIECES,)

    def assert_not_again(self, sale, message=""):
        self.assertEqual(set(sale.order_line.mapped("qty_to_invoice")), {0}, message)
        self.assertNotEqual(sale.invoice_status, "to invoice", message)
        with self.assertRaises(UserError):
            sale._create_invoices()

    def sale_of(self, invoice):
        return invoice.magento_order_ids

    def test_each_way(self):
        """Whole or in part, ordered or delivered products, before and after export."""
        for policy in ("order", "delivery"):
            self.products.invoice_policy = policy
            orders = self.import_many(2, *TWO_PIECES)
            for order in orders:
                self.deliver(self.sale(order))
                self.sale(order)._create_invoices().action_post()
            self.export("export_invoices")
            for order, quantities in zip(orders, (None, {"SKU-001": 1}), strict=True):
                sale = self.sale(order)
                note = self.credit(sale.invoice_ids, quantities, post=False)
                self.assert_not_again(sale, f"{policy} draft")
                note.action_post()
                self.assert_not_again(sale, f"{policy} posted")
            self.refund()
            for order in orders:
                self.assertEqual(len(self.memos(order)), 1)
                self.assert_not_again(self.sale(order), f"{policy} exported")

    def test_reversed(self):
        _order, invoice = self.bill(("SKU-001", 2))
        wizard = self.su["account.move.reversal"].create(
            {
                "move_ids": [Command.set(invoice.ids)],
                "journal_id": invoice.journal_id.id,
            }
        )
        note = invoice.browse(wizard.reverse_moves()["res_id"])
        note.action_post()
        self.refund()
        self.assert_not_again(self.sale_of(invoice))

    def test_replaced(self):
        """A new draft that replaces a refunded invoice is the last one."""
        _order, invoice = self.bill(("SKU-001", 2))
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        invoice.browse(wizard.modify_moves()["res_id"]).action_post()
        self.assert_not_again(self.sale_of(invoice))

    def test_in_bulk(self):
        """The rest of an order can be invoiced, and nothing of what was refunded."""
        order, sale = self.sell(("SKU-001", 5), "SKU-002")
        invoice = sale._create_invoices()
        for line in invoice.invoice_line_ids:
            sku = line.product_id.default_code
            line.quantity = {"SKU-001": 2, "SKU-002": 0}.get(sku, 1)
        invoice.action_post()
        self.export("export_invoices")
        self.credit(invoice)
        self.refund()
        again = sale._create_invoices()
        billed = {
            line.product_id.default_code: line.quantity
            for line in again.invoice_line_ids
            if line.product_id.default_code in ("SKU-001", "SKU-002")
        }
        self.assertEqual(billed, {"SKU-001": 3, "SKU-002": 1})
        again.action_post()
        self.export("export_invoices")
        self.assertEqual(self.state(again), "done")
        self.assert_not_again(sale)

    def test_import_of_invoices(self):
        """The import of the shop's invoices does not bill again what Odoo credited."""
        order, invoice = self.bill(("SKU-001", 2))
        self.credit(invoice)
        self.refund()
        self.connection.import_invoices = "posted"
        self.connection.run_operation("import_invoices")
        invoices = self.sale_of(invoice).invoice_ids
        self.assertEqual(len(invoices), 2)
        self.assertEqual(len(self.simulator.book.invoices.all()), 1)

    def test_lines_of_odoo(self):
        """Lines that somebody added in Odoo are credited for good as well."""
        order, sale = self.sell("SKU-001")
        sale.order_line = [
            Command.create({"product_id": self.product("SKU-002").id, "price_unit": 3})
        ]
        invoice = sale._create_invoices()
        invoice.action_post()
        self.export("export_invoices")
        self.credit(invoice)
        self.refund()
        self.assert_not_again(sale)

    def test_invoice_of_the_shop(self):
        """An invoice that the shop made is in Magento as well."""
        order, sale = self.sell(("SKU-001", 2))
        self.simulator.admin.invoice(order["entity_id"])
        self.connection.import_invoices = "posted"
        self.connection.run_operation("import_invoices")
        self.credit(sale.invoice_ids)
        self.assert_not_again(sale)

    def test_exported_later(self):
        """Credited before its invoice was exported, it is for good once both are."""
        order, sale = self.sell(("SKU-001", 2))
        invoice = sale._create_invoices()
        invoice.action_post()
        self.credit(invoice, {"SKU-001": 1})
        line = sale.order_line.filtered("magento_item_id")
        self.assertEqual(line.qty_to_invoice, 1)
        self.export("export_invoices")
        self.refund()
        self.assertEqual(len(self.memos(order)), 1)
        self.assert_not_again(sale)

    def test_wrong_before_it_was_exported(self):
        """What Magento never had can be credited and invoiced anew."""
        order, sale = self.sell("SKU-001")
        invoice = sale._create_invoices()
        invoice.action_post()
        self.credit(invoice)
        again = sale._create_invoices()
        again.action_post()
        self.export("export_invoices")
        self.assertEqual(self.state(again), "done")

    def test_delivered_again(self):
        """What came back and goes out once more is invoiced once more."""
        self.products.invoice_policy = "delivery"
        order, sale = self.sell(("SKU-001", 2))
        self.deliver(sale)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.export("export_invoices")
        self.credit(invoice, {"SKU-001": 1})
        line = sale.order_line.filtered("magento_item_id")
        for product_qty in (1, 2):
            line.qty_delivered_method = "manual"
            line.qty_delivered = product_qty
            self.assertEqual(line.qty_to_invoice, 0)
        line.qty_delivered = 3
        self.assertEqual(line.qty_to_invoice, 1)
