from odoo import Command
from odoo.tests import tagged

from ...compat import SOLD_TAXES, product_kind
from ..shared.versions import price_included
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingDownPayments(BillingCommon):
    """What is paid beforehand is deducted, and discounts are given once: 4.45."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy()

    def pay_down(self, order, amount, kind="percentage", is_posted=True):
        field = "amount" if kind == "percentage" else "fixed_amount"
        wizard = self.su["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": kind,
                field: amount,
            }
        )
        wizard.create_invoices()
        invoice = order.invoice_ids.sorted("id")[-1]
        if is_posted:
            invoice.action_post()
        return invoice

    def bill_rest(self, order, known):
        return self.bill(order) - known

    def deliver_in_parts(self, order, known, *quantities):
        """Deliver and bill in parts; return what each invoice comes to."""
        totals = []
        for quantity in quantities:
            self.deliver(order, quantity)
            made = self.bill(order) - known
            known |= made
            self.assertEqual(made.mapped("state"), ["posted"])
            totals.append(round(made.amount_total, 2))
        return totals

    def test_percentage(self):
        """4.45: a down payment is deducted from the invoice of the delivery."""
        order = self.sell(10)
        paid = self.pay_down(order, 20)
        self.deliver(order)
        rest = self.bill_rest(order, paid)
        self.assertEqual(rest.state, "posted")
        self.assertAlmostEqual(rest.amount_total, order.amount_total * 0.8, 2)

    def test_fixed_and_second(self):
        """4.45: so are two of them, one of a fixed amount."""
        order = self.sell(10)
        paid = self.pay_down(order, 20) | self.pay_down(order, 11.5, "fixed")
        self.deliver(order)
        rest = self.bill_rest(order, paid)
        self.assertAlmostEqual(
            rest.amount_total, order.amount_total - sum(paid.mapped("amount_total")), 2
        )

    def test_larger_than_the_first_delivery(self):
        """4.45: no invoice is below 0; the rest is deducted from the next one."""
        order = self.sell(10)
        paid = self.pay_down(order, 50)
        totals = self.deliver_in_parts(order, paid, 2, 3, 5)
        self.assertEqual(totals[:2], [0, 0])
        self.assertAlmostEqual(sum(totals) + paid.amount_total, order.amount_total, 2)

    def test_odd_amounts(self):
        """4.45: also of amounts that cannot be shared to the cent."""
        order = self.sell(7, product=self.make_product("Odd", 3.33))
        paid = self.pay_down(order, 33.33)
        totals = self.deliver_in_parts(order, paid, 1, 1, 1, 4)
        self.assertTrue(all(total >= 0 for total in totals), totals)
        self.assertAlmostEqual(
            sum(totals) + paid.amount_total, order.amount_total, delta=0.02
        )

    def test_two_deliveries_at_once(self):
        """4.45: of two invoices made in one batch, the second has the rest alone."""
        order = self.sell(10)
        paid = self.pay_down(order, 50)
        self.deliver(order, 4)
        self.deliver(order)
        made = self.bill_rest(order, paid)
        self.assertEqual(made.mapped("state"), ["posted", "posted"])
        self.assertAlmostEqual(
            sum(made.mapped("amount_total")), order.amount_total / 2, 2
        )
        self.assertEqual(min(made.mapped("amount_total")), 0)

    def test_taxes_included(self):
        """4.45: and where the tax is in the price."""
        tax = (
            self.company_data["default_tax_sale"]
            .sudo()
            .copy({"name": "Included", **price_included()})
        )
        product = self.make_product("Incl", 11.5, taxes_id=[Command.set(tax.ids)])
        order = self.sell(10, product=product)
        paid = self.pay_down(order, 50)
        totals = self.deliver_in_parts(order, paid, 3, 7)
        self.assertEqual(totals[0], 0)
        self.assertAlmostEqual(sum(totals) + paid.amount_total, order.amount_total, 2)

    def test_credited(self):
        """D1: a down payment that was credited is not deducted."""
        order = self.sell(10)
        paid = self.pay_down(order, 20)
        self.credit(paid).action_post()
        self.deliver(order)
        rest = self.bill_rest(order, paid)
        self.assertAlmostEqual(rest.amount_total, order.amount_total, 2)

    # Discounts on the whole order

    def discount(self, order, amount):
        product = self.make_product(
            "Discount", amount, invoice_policy="order", **product_kind("service")
        )
        return self.su["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "price_unit": -amount,
                SOLD_TAXES: [Command.set(self.company_data["default_tax_sale"].ids)],
            }
        )

    def test_discount(self):
        """4.08, 4.45: a discount on the whole order goes with the first invoice."""
        order = self.sell(10)
        self.discount(order, 15)
        self.deliver(order, 4)
        self.deliver(order)
        first, second = self.bill(order)
        self.assertEqual(first.amount_untaxed, 25)
        self.assertEqual(second.amount_untaxed, 60)

    def test_discount_larger_than_the_first_delivery(self):
        """4.45: what the first invoice cannot bear, the next one does."""
        order = self.sell(10)
        self.discount(order, 30)
        totals = self.deliver_in_parts(order, order.invoice_ids, 2, 3, 5)
        self.assertEqual(totals[0], 0)
        self.assertAlmostEqual(sum(totals), order.amount_total, 2)

    def test_discount_of_a_wrong_invoice(self):
        """D1: a credit note does not give the discount a second time."""
        order = self.sell(10)
        self.discount(order, 30)
        self.deliver(order, 6)
        self.credit(self.bill(order)).action_post()
        self.deliver(order)
        self.assertEqual(self.bill(order)[-1].amount_untaxed, 40)
