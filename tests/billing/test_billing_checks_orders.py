from odoo import Command
from odoo.tests import tagged

from .checks_common import ChecksCommon


@tagged("post_install", "-at_install")
class TestBillingChecksOrders(ChecksCommon):
    """Prices and quantities are those of the order."""

    def test_price_differs(self):
        """A price that is off by more than a hundredth needs an approver."""
        move = self.bill()
        for price, severity in ((10.5, "error"), (10.05, "warning")):
            move.invoice_line_ids.price_unit = price
            found = self.assert_found(move, "price_differs", severity)
            self.assertEqual(found.value, f"{price} ≠ 10")
        move.invoice_line_ids.price_unit = 10
        self.assert_clean(move)

    def test_price_of_nothing(self):
        """What was free on the order costs nothing."""
        move = self.bill(self.make_order(price=0))
        move.invoice_line_ids.price_unit = 0.5
        self.assert_found(move, "price_differs", "error")

    def test_price_in_another_unit(self):
        """A dozen costs twelve times as much as one."""
        move = self.bill()
        move.invoice_line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
        move.invoice_line_ids.price_unit = 120
        self.assert_clean(move, "price_differs")
        move.invoice_line_ids.price_unit = 10
        self.assert_found(move, "price_differs", "error")

    def test_price_in_another_currency(self):
        """Prices are compared at the rate of the invoice."""
        pound = self.env.ref("base.GBP")
        pound.active = True
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": pound.id, "name": "2024-01-01", "rate": 0.5}
        )
        move = self.bill()
        move.currency_id = pound
        move.invoice_line_ids.price_unit = 5
        self.assert_clean(move, "price_differs")

    def test_price_of_credit_note(self):
        """A credit note may give back a part of the price."""
        move = self.bill()
        move.invoice_line_ids.price_unit = 1
        credit = move._reverse_moves([{"invoice_date": move.invoice_date}])
        self.assert_clean(credit, "price_differs")

    def test_discount_differs(self):
        """So is the discount."""
        move = self.bill()
        for discount, severity in ((5, "error"), (0.5, "warning")):
            move.invoice_line_ids.discount = discount
            self.assert_found(move, "discount_differs", severity)

    def test_quantity_over_delivered(self):
        """What is billed by delivery is not billed before it."""
        self.product.invoice_policy = "delivery"
        order = self.make_order()
        order.order_line.qty_delivered = 3
        move = self.bill(order)
        self.assert_clean(move)
        move.invoice_line_ids.quantity = 4
        found = self.assert_found(move, "quantity_over_delivered", "error")
        self.assertEqual(found.record, order.order_line)
        self.assertEqual(found.value, f"{order.name}: +1")

    def test_quantity_by_order(self):
        """What is billed by order may be, until more than both is billed."""
        move = self.bill()
        self.assert_clean(move, "quantity_over_delivered")
        move.invoice_line_ids.quantity = 6
        self.assert_found(move, "quantity_over_delivered", "error")

    def test_quantity_billed_anew(self):
        """A person who credits and bills anew knows why; automation does not."""
        self.product.invoice_policy = "delivery"
        order = self.make_order()
        order.order_line.qty_delivered = 5
        first = self.bill(order)
        first.action_post()
        first._reverse_moves(cancel=True)
        again = first.copy()
        again.invoice_line_ids.sale_line_ids = order.order_line
        self.assert_clean(again, "quantity_over_delivered")
        again.billing_is_automatic = True
        self.assert_found(again, "quantity_over_delivered", "error")

    def test_quantity_over_ordered(self):
        """More went out than the customer asked for."""
        order = self.make_order()
        order.order_line.qty_delivered = 6
        move = self.bill(order)
        move.invoice_line_ids.quantity = 6
        self.assert_found(move, "quantity_over_ordered", "warning")
        self.assert_clean(move, "quantity_over_delivered")

    def test_line_not_ordered(self):
        """A line that somebody added to an order's invoice."""
        move = self.bill()
        values = {"product_id": self.product.id, "price_unit": 1.0}
        move.invoice_line_ids = [Command.create(values)]
        self.assert_found(move, "line_not_ordered", "warning")
        self.assert_clean(self.make_invoice(), "line_not_ordered")

    def test_order_total_differs(self):
        """All invoices of an order together come to what the order says."""
        order = self.make_order()
        first = self.bill(order)
        first.invoice_line_ids.write({"quantity": 2, "price_unit": 11})
        second = self.bill(order)
        found = self.assert_found(second, "order_total_differs", "warning")
        self.assertIn(f"{order.name}: 2", found.value)
        self.assert_clean(second, "price_differs")

    def test_order_total_of_shop(self):
        """An order that is not what the shop says."""
        order = self.make_order()
        order.write({"magento_order_id": "77", "magento_grand_total": 1})
        found = self.assert_found(self.bill(order), "order_total_differs", "warning")
        self.assertIn("Magento", found.message)

    def test_down_payment_open(self):
        """What was paid in advance is deducted."""
        order = self.make_order()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_ids=order.ids, active_model="sale.order"
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 20}
        ).create_invoices()
        deposit = order.invoice_ids
        self.assert_clean(deposit, "down_payment_open", "tax_missing", "price_differs")
        deposit.action_post()
        move = order._create_invoices(final=True)
        self.assert_clean(move, "down_payment_open")
        move.invoice_line_ids.filtered(lambda line: line.quantity < 0).unlink()
        self.assert_found(move, "down_payment_open", "warning")
