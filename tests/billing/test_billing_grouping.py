from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.billing.deciding import billing_operation
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingGrouping(BillingCommon):
    """What shares an invoice, and what cannot."""

    def collect(self, *orders):
        """Let the hour come until which deliveries are collected."""
        decisions = self.su["billing.decision"].union(*map(self.decisions, orders))
        decisions.filtered("wait_until").write(
            {
                "wait_until": fields.Datetime.now() - timedelta(minutes=1),
                "event_at": fields.Datetime.now() - timedelta(days=1),
            }
        )
        self.run_all()

    def deliver_two(self, **vals):
        orders = self.sell(3), self.sell(4, **vals)
        for order in orders:
            self.deliver(order)
        self.run_all()
        return orders

    def make_grouping_policy(self):
        return self.make_policy(
            grouping="customer", collect_hour=24, start_date="2020-01-01"
        )

    def test_order(self):
        """2.1: an order's deliveries of one run share an invoice."""
        self.make_policy(grouping="order")
        order = self.sell(10)
        first, second = self.deliver(order, 4), self.deliver(order)
        move = self.bill(order)
        self.assertEqual(self.billed(move), {"Lamp": 10})
        self.assertEqual(move.billing_picking_ids, first | second)
        for picking in (first, second):
            self.assertIn(picking.name, move.invoice_origin)

    def test_customer_and_day(self):
        """2.1: a customer's deliveries wait for the hour, and share an invoice then."""
        self.make_grouping_policy()
        one, two = self.deliver_two()
        self.assertFalse((one | two).invoice_ids)
        self.assertEqual(self.decisions(one).state, "pending")
        self.collect(one, two)
        self.assertEqual(one.invoice_ids, two.invoice_ids)
        self.assertEqual(self.billed(one.invoice_ids), {"Lamp": 7})
        self.assertEqual(one.invoice_ids.state, "posted")
        self.assertEqual(set((self.decisions(one | two)).mapped("state")), {"posted"})
        for order in (one, two):
            self.assertIn(order.name, one.invoice_ids.invoice_origin)

    def test_day_of_many_batches(self):
        """2.1: also where they are more than one batch."""
        self.make_grouping_policy()
        one, two = self.deliver_two()
        with patch.object(billing_operation, "DRAFT_BATCH", 1):
            self.collect(one, two)
        self.assertEqual(len((one | two).invoice_ids), 1)

    def test_other_terms(self):
        """2.4: orders whose terms differ have invoices of their own."""
        self.make_grouping_policy()
        term = self.su.ref("account.account_payment_term_30days")
        one, two = self.deliver_two(payment_term_id=term.id)
        self.collect(one, two)
        self.assertEqual(len((one | two).invoice_ids), 2)
        self.assertEqual(two.invoice_ids.invoice_payment_term_id, term)

    def test_two_deliveries_of_an_order_in_a_day(self):
        """2.1: with another order's they share one invoice."""
        self.make_grouping_policy()
        one, two = self.sell(10), self.sell(1)
        self.deliver(one, 4)
        self.deliver(one)
        self.deliver(two)
        self.run_all()
        self.collect(one, two)
        self.assertEqual(len((one | two).invoice_ids), 1)
        self.assertEqual(self.billed(one.invoice_ids), {"Lamp": 11})
