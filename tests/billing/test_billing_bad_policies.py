from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingBadPolicies(BillingCommon):
    """D3: a policy that is set up strangely stops no other, and no warehouse."""

    def bill_one(self):
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        return self.decisions(order)

    def test_filters_that_are_none(self):
        """What is no filter of orders is refused in words."""
        self.sell(1)
        for text in (
            "5",
            "{}",
            "'name'",
            "[5]",
            "[('nothing', '=', 1)]",
            "[('name', '=', 'a'), '|']",
            "[('date_order', '>', 'x')]",
            "[('amount_total', '>', '5')]",
            "[('name', '>', 5)]",
            "[" * 50_000,
            "__import__('os')",
        ):
            with (
                self.subTest(text[:30]),
                mute_logger("odoo.sql_db"),
                self.assertRaises(ValidationError),
            ):
                self.make_policy(order_domain=text)

    def test_filter_that_fails_later(self):
        """One that no order was there to try it on holds what it is asked about."""
        policy = self.make_policy()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE billing_policy SET order_domain=%s WHERE id=%s",
            ["[('amount_total', '>', '5')]", policy.id],
        )
        policy.invalidate_recordset()
        decision = self.bill_one()
        self.assertRecordValues(
            decision, [{"state": "held", "error_code": "filter_wrong"}]
        )
        policy.order_domain = "[('amount_total', '>', 5)]"
        decision._try_again()
        self.run_all()
        self.assertEqual(decision.state, "posted")
