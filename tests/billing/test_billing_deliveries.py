from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingDeliveries(BillingCommon):
    """What is delivered is billed, and each piece once."""

    def test_delivery_is_billed(self):
        """4.03: a delivery in scope is invoiced and posted by the next run."""
        self.make_policy()
        order = self.sell(3)
        picking = self.deliver(order)
        self.run_all()
        decision = self.decisions(order)
        self.assertRecordValues(
            decision,
            [{"event_key": f"picking:{picking.id}", "state": "posted"}],
        )
        self.assertEqual(decision.move_id.state, "posted")
        self.assertEqual(decision.move_id.amount_untaxed, 30.0)

    def test_part_of_what_is_on_order(self):
        """4.46: 4 of 10 bill 4, also of what is invoiced on order."""
        self.make_policy()
        order = self.sell(10, product=self.on_order)
        self.deliver(order, 4)
        self.run_all()
        line = self.decisions(order).move_id.invoice_line_ids
        self.assertEqual(line.quantity, 4)

    def test_trial(self):
        """4.12: what a policy would have done is shown, and nothing of it lasts."""
        policy = self.make_policy("dry_run", review_above=100)
        order, big = self.sell(3), self.sell(30)
        self.deliver(order)
        self.deliver(big)
        before = self.su["billing.decision"].search_count([])
        tried = self.su["billing.decision"]._try_policy(policy, "2020-01-01")
        found = {each.order: (each.decision, each.amount) for each in tried}
        self.assertEqual(found[order.sudo(False)], ("post", 30.0))
        self.assertEqual(found[big.sudo(False)], ("draft", 300.0))
        self.assertEqual(self.su["billing.decision"].search_count([]), before)
