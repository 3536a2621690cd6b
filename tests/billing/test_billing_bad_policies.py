from datetime import date

import psycopg2

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

    def test_days_at_the_ends_of_time(self):
        """A policy that begins in the year 1, or never, is as good as any."""
        for zone in ("Europe/Paris", "America/Lima"):
            self.company.partner_id.tz = zone
            for day in (date.min, date.max):
                with self.subTest(zone=zone, day=day):
                    self.make_policy("dry_run", start_date=day).active = False
                    self.make_policy("dry_run", start_date=day)
        self.make_policy()
        self.assertTrue(self.bill_one())

    @mute_logger("odoo.sql_db")
    def test_hours_that_no_day_has(self):
        """Nor is anything collected until an hour that never comes."""
        for hour in (-1, 25, 1e12):
            with (
                self.subTest(hour),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.cr.savepoint(),
            ):
                self.make_policy(collect_hour=hour)
                self.env.flush_all()

    def test_zone_that_is_gone(self):
        """A time zone that this machine does not know is UTC."""
        self.make_policy()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz='Mars/Phobos' WHERE id=%s",
            [self.company.partner_id.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.bill_one().state, "posted")

    def test_approver_who_left(self):
        """Whoever answers for a policy is asked where its approver may not approve."""
        self.make_policy(review_above=1)
        self.approver.active = False
        self.assertEqual(self.bill_one().asked_user_id, self.manager)
