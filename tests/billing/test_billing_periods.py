from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.billing.capturing.poll import Poll
from ..shared.users import find_or_make
from .work_common import BillingWorkCommon

DRAFTING = "odoo.addons.coopcycle_magento.models.billing.deciding.drafting"
REFUSAL = "Not on my watch."


@tagged("post_install", "-at_install")
class TestBillingPeriods(BillingWorkCommon):
    """4.30: what happens in a period is billed together when it has ended."""

    def test_a_month(self):
        """4.30, 4.31: a month's goods and costs are one draft, the next another."""
        policy = self.make_monthly_policy(approver_kind="salesperson")
        order, line = self.sell_travel(10, user_id=self.approver.id)
        with self.at("2026-03-05 10:00:00"):
            self.deliver(order, 4)
        self.spend(line, 2, "2026-03-10 10:00:00", "Train to Lyon")
        self.look("2026-03-10 11:00:00")
        self.spend(line, 1, "2026-03-31 23:30:00", "Hotel")
        self.look("2026-03-31 23:59:00")
        self.assertFalse(order.invoice_ids)
        unbilled = self.unbilled(order)
        self.assertEqual(unbilled.mapped("reason_code"), ["waiting"] * 2)
        self.assertIn("04/01/2026", unbilled[0].reason)
        self.spend(line, 8, "2026-04-01 00:00:30", "Plane")
        self.look("2026-04-01 00:01:00")
        draft = order.invoice_ids
        self.assertEqual(self.billed(draft), {"Lamp": 4, "Travel": 3})
        self.assertEqual(draft.state, "draft")
        decisions = self.decisions(order)
        self.assertEqual(
            sorted(decisions.filtered("move_id").mapped("event")), ["cost", "delivery"]
        )
        self.assertEqual(draft.billing_asked_user_id, self.approver)
        text = draft.invoice_line_ids.filtered(
            lambda each: each.product_id == self.travel
        ).name
        self.assertEqual(
            text.splitlines()[1:],
            ["03/10/2026: Train to Lyon", "03/31/2026: Hotel"],
        )
        self.approve(draft)
        self.look("2026-04-02 10:00:00")
        self.assertEqual(order.invoice_ids, draft)
        with self.at("2026-04-09 10:00:00"):
            self.deliver(order)
        self.look("2026-05-01 00:00:00")
        self.assertEqual(
            self.billed(order.invoice_ids - draft), {"Lamp": 6, "Travel": 8}
        )
        self.assertFalse(self.unbilled(order))
        self.assertIn("at the end of each month", policy.sentence)
        self.assertIn("draft for each order", policy.sentence)

    def test_time_zones(self):
        """4.30: a month ends at midnight where the company is."""
        self.make_monthly_policy()
        for zone, last, first in (
            ("Pacific/Auckland", "2026-03-31 10:59:59", "2026-03-31 11:00:00"),
            ("America/Los_Angeles", "2026-04-01 06:59:59", "2026-04-01 07:00:00"),
        ):
            with self.subTest(zone=zone):
                self.company.partner_id.tz = zone
                order, line = self.sell_travel(1)
                self.spend(line, 1, "2026-03-20 10:00:00")
                self.look(last)
                self.assertFalse(order.invoice_ids)
                self.look(first)
                self.assertEqual(self.billed(order.invoice_ids), {"Travel": 1})
        order, line = self.sell_travel(1)  # it moves while something waits
        self.spend(line, 1, "2026-04-10 10:00:00")
        self.look("2026-04-20 10:00:00")
        self.company.partner_id.tz = "Pacific/Auckland"
        self.look("2026-04-20 11:00:00")
        self.assertEqual(str(self.decisions(order).wait_until), "2026-04-30 12:00:00")

    def test_days_and_weeks(self):
        """4.30: a period may be a day, a week, or a month that ends on a day."""
        for period, last, first in (
            ({"period": "day"}, "2026-03-10 23:59:59", "2026-03-11 00:00:00"),
            ({"period": "week"}, "2026-03-15 23:59:59", "2026-03-16 00:00:00"),
            (
                {"period": "week", "period_weekday": "2"},
                "2026-03-11 23:59:59",
                "2026-03-12 00:00:00",
            ),
            (
                {"period": "month", "period_day": 15},
                "2026-03-15 23:59:59",
                "2026-03-16 00:00:00",
            ),
        ):
            with self.subTest(**period):
                policy = self.make_monthly_policy(**period)
                self.assertIn("draft for each order", policy.sentence)
                policy.grouping = "customer"
                self.assertIn("draft for each customer,", policy.sentence)
                order, line = self.sell_travel(1)
                self.spend(line, 1, "2026-03-10 10:00:00")
                self.look(last)
                self.assertFalse(order.invoice_ids)
                self.look(first)
                self.assertTrue(order.invoice_ids)
                policy.active = False

    def test_two_clocks(self):
        """Where Odoo's clock is ahead of PostgreSQL's, a period ends by the latter."""
        self.make_monthly_policy(period="day")
        order, _line = self.sell_travel(1)
        with self.at("2026-03-10 10:00:00"):
            self.deliver(order)
            self.run_drafts()
            looked = patch(f"{DRAFTING}.Drafting.run", side_effect=AssertionError)
            with freeze_time("2026-03-11 00:00:10", tick=True), looked:
                self.run_drafts()
        self.assertEqual(self.decisions(order).state, "pending")
        self.look("2026-03-11 00:00:00")
        self.assertTrue(order.invoice_ids)

    def test_at_once(self):
        """4.30: without a period costs are billed within the hour, each once."""
        self.make_monthly_policy("post", period="none")
        order, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        self.look("2026-03-10 11:00:00")
        self.spend(line, 2, "2026-03-10 11:30:00")
        self.look("2026-03-10 12:00:00")
        self.look("2026-03-10 13:00:00")
        moves = self.invoices(order)
        self.assertEqual([self.billed(move)["Travel"] for move in moves], [1, 2])
        self.assertEqual(set(moves.mapped("state")), {"posted"})

    def test_the_policy_changes(self):
        """4.30: what waits is decided anew where the period or the policy changes."""
        policy = self.make_monthly_policy()
        order, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        self.look("2026-03-10 11:00:00")
        self.assertTrue(self.decisions(order).wait_until)
        with self.at("2026-03-20 10:00:00"):
            policy.period = "week"
        self.look("2026-03-20 10:00:00")
        self.assertTrue(order.invoice_ids)
        other, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-20 10:00:00")
        self.look("2026-03-20 11:00:00")
        policy.active = False
        self.look("2026-04-01 10:00:00")
        self.assertRecordValues(
            self.decisions(other), [{"state": "skipped", "reason_code": "no_policy"}]
        )
        unbilled = self.unbilled(other)
        self.assertEqual(
            (unbilled.reason_code, unbilled.remedy), ("no_policy", "decide")
        )
        policy.active = True
        self.decisions(other).with_user(self.manager).bill_again("Still owed")
        self.look("2026-04-01 11:00:00")
        self.assertEqual(self.billed(other.invoice_ids), {"Travel": 1})

    def test_the_start(self):
        """4.30: nothing that was entered for a day before the start is billed."""
        self.make_monthly_policy(start_date="2026-03-15")
        order, line = self.sell_travel(1)
        self.spend(line, 5, "2026-03-14 10:00:00")
        self.look("2026-04-01 10:00:00")
        self.assertFalse(order.invoice_ids)
        self.assertEqual(self.unbilled(order).reason_code, "before_start")
        self.spend(line, 2, "2026-04-10 10:00:00")
        self.look("2026-05-01 10:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Travel": 2})
        self.assertEqual(self.unbilled(order).reason_code, "before_start")
        with self.at("2026-05-02 10:00:00"):
            self.spend(line, 3, "2026-05-02 10:00:00").date = "2026-05-20"
        self.look("2026-05-02 11:00:00")
        with self.at("2026-05-02 11:20:00"):
            unbilled = self.unbilled(order)
            self.assertEqual(unbilled.reason_code, "waiting")
            self.assertIn("a day to come", unbilled.reason)

    def test_credit_notes(self):
        """4.93: what a credit note takes off is not billed again by itself."""
        self.make_monthly_policy("post")
        order, line = self.sell_travel(1)
        entry = self.spend(line, 8, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        with self.at("2026-04-02 10:00:00"):
            note = self.credit(order.invoice_ids)
            note.invoice_line_ids.quantity = 3
            self.look("2026-05-01 10:00:00")
            self.assertEqual(len(self.invoices(order)), 1)
            self.assertEqual(self.unbilled(order).reason_code, "credited")
            note.action_post()
        self.spend(line, 1, "2026-05-10 10:00:00")
        self.look("2026-06-01 10:00:00")
        first, second = self.invoices(order)
        self.assertEqual(self.billed(second), {"Travel": 1})
        with self.at("2026-06-02 10:00:00"):
            first.billing_decision_ids.with_user(self.manager).bill_again("Wrong price")
        self.look("2026-06-02 10:00:00")  # a person asked: it waits for nothing
        again = self.invoices(order)[-1]
        self.assertEqual(self.billed(again), {"Travel": 3})
        self.assertEqual(
            again.billing_decision_ids.line_ids.entry,
            f"account.analytic.line,{entry.id}",
        )

    def test_lowered_after_billing(self):
        """4.93: what was billed too much is taken off what comes next."""
        self.make_monthly_policy("post")
        order, line = self.sell_travel(1)
        entry = self.spend(line, 5, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        with self.at("2026-04-10 10:00:00"):
            entry.unit_amount = 3
        self.look("2026-05-01 10:00:00")
        self.spend(line, 4, "2026-05-10 10:00:00")
        self.look("2026-06-01 10:00:00")
        self.assertEqual(
            [self.billed(move)["Travel"] for move in self.invoices(order)], [5, 2]
        )
        with self.at("2026-06-10 10:00:00"):
            entry.unit_amount = 6
            self.env.flush_all()
        self.look("2026-07-01 10:00:00")
        self.assertEqual(self.billed(self.invoices(order)), {"Travel": 10})
        self.assertFalse(self.unbilled(order))

    def test_moved_after_billing(self):
        """4.30: what is moved to another line after it was billed is listed as that."""
        self.make_monthly_policy()
        order, line = self.sell_travel(1)
        entry = self.spend(line, 3, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        for other, elsewhere in (
            (order, self.expect_costs(order)),
            self.sell_travel(1),
        ):
            with self.at("2026-04-02 10:00:00"):
                entry.so_line = elsewhere
                self.env.flush_all()
            self.look("2026-05-01 10:00:00")
            [unbilled] = self.unbilled(other)
            self.assertEqual((unbilled.reason_code, unbilled.to_bill), ("moved", 3))
            self.assertIn("moved here", unbilled.reason)
            self.assertFalse(unbilled.remedy)
        self.spend(elsewhere, 2, "2026-05-02 10:00:00")
        self.look("2026-06-01 10:00:00")
        self.assertEqual(self.billed(other.invoice_ids), {"Travel": 2})
        self.assertEqual(self.unbilled(other).reason_code, "moved")

    def test_corrected_entries(self):
        """4.30: what was looked at without being billed is looked at once more."""
        self.make_monthly_policy()
        moved, moved_line = self.sell_travel(1)
        entry = self.spend(moved_line, 2, "2026-03-10 10:00:00")
        raised, raised_line = self.sell_travel(1)
        other = self.spend(raised_line, 2, "2026-03-10 10:00:00")
        self.look("2026-03-10 11:00:00")
        with self.at("2026-03-11 10:00:00"):
            entry.date = "2026-04-05"
            self.env.flush_all()
        self.look("2026-04-01 00:00:00")
        self.assertFalse(moved.invoice_ids)
        self.assertEqual(self.billed(raised.invoice_ids), {"Travel": 2})
        for day, hours in ((5, 3), (6, 1)):  # raised, and lowered again
            with self.at(f"2026-04-0{day} 10:00:00"):
                other.unit_amount = hours
                self.env.flush_all()
            self.look(f"2026-04-0{day} 11:00:00")
        self.look("2026-05-01 00:00:00")
        self.assertEqual(self.billed(moved.invoice_ids), {"Travel": 2})
        self.assertEqual(len(raised.invoice_ids), 1)
        with self.at("2026-05-05 10:00:00"):
            other.unit_amount = 3
            self.env.flush_all()
        self.look("2026-05-05 11:00:00")
        self.look("2026-06-01 00:00:00")
        self.assertEqual(
            [self.billed(each) for each in raised.invoice_ids.sorted("id")],
            [{"Travel": 2}, {"Travel": 1}],
        )

    def test_a_deleted_draft(self):
        """4.93: what a person takes back is not made anew, nor with what is new."""
        self.make_monthly_policy()
        order, line = self.sell_travel(1)
        self.spend(line, 5, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        self.decisions(order).with_user(self.approver).reject("A gift")
        self.look("2026-04-02 10:00:00")
        self.assertFalse(order.invoice_ids)
        self.assertEqual(self.unbilled(order).reason_code, "taken_back")
        self.spend(line, 2, "2026-04-10 10:00:00")
        self.look("2026-05-01 10:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Travel": 2})

    def test_a_dry_run(self):
        """4.79: a dry run writes each cost down once, and leaves it to people."""
        policy = self.make_monthly_policy("dry_run")
        order, line = self.sell_travel(1)
        self.spend(line, 5, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        self.look("2026-04-01 11:00:00")
        self.assertRecordValues(
            self.decisions(order), [{"state": "would", "amount_untaxed": 250.0}]
        )
        policy.phase = "draft"
        self.spend(line, 1, "2026-04-10 10:00:00")
        self.look("2026-05-01 10:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Travel": 1})
        self.decisions(order)[0].with_user(self.manager).bill_again("Owed")
        self.look("2026-05-01 11:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Travel": 6})

    def test_a_trial(self):
        """4.30: *Try* tells what would come of work, also of what is billed."""
        policy = self.make_monthly_policy("post", event_delivery=False)
        order, line = self.sell_travel(2)
        self.spend(line, 5, "2026-03-10 10:00:00")
        with self.at("2026-03-11 10:00:00"):
            self.deliver(order)
        self.look("2026-04-01 10:00:00")
        with self.at("2026-04-02 10:00:00"):
            action = policy.with_user(self.manager).action_try()
        trial = self.su[action["res_model"]].browse(action["res_id"])
        self.assertRecordValues(
            trial.line_ids, [{"event": "cost", "order_id": order.id, "amount": 250.0}]
        )
        self.assertFalse(self.decisions(order).filtered(lambda each: not each.move_id))

    def test_other_policies(self):
        """4.12: an order is billed by the policy that is for it, or by none."""
        team = self.su["crm.team"].create(
            {"name": "Projects", "company_id": self.company.id}
        )
        monthly = self.make_monthly_policy(team_ids=[Command.set(team.ids)])
        ours, our_line = self.sell_travel(1, team_id=team.id)
        others, other_line = self.sell_travel(1, team_id=False)
        for line in (our_line, other_line):
            self.spend(line, 1, "2026-03-10 10:00:00")
        for _hour in range(2):
            self.look("2026-04-01 10:00:00")
        self.assertEqual(self.decisions(ours).policy_id, monthly)
        self.assertFalse(others.invoice_ids)
        self.assertRecordValues(  # once, so that people see it
            self.decisions(others), [{"state": "skipped", "reason_code": "no_policy"}]
        )
        self.make_monthly_policy(sequence=20)
        self.spend(other_line, 2, "2026-04-10 10:00:00")
        for _hour in range(3):
            self.look("2026-05-01 10:00:00")
        self.assertEqual(  # one for each month
            [self.billed(move)["Travel"] for move in self.invoices(others)], [1, 2]
        )

    @mute_logger("odoo.sql_db", DRAFTING)
    def test_one_that_fails(self):
        """D3: an order that cannot be billed holds up no other."""
        self.make_monthly_policy()
        bad, bad_line = self.sell_travel(1)
        good, good_line = self.sell_travel(1)
        for line in (bad_line, good_line):
            self.spend(line, 1, "2026-03-10 10:00:00")
        create = type(self.su["sale.order"])._prepare_invoice

        def refuse(order):
            if order == bad:
                raise ValidationError(REFUSAL)
            return create(order)

        with patch.object(type(self.su["sale.order"]), "_prepare_invoice", refuse):
            self.look("2026-04-01 10:00:00")
        self.assertEqual(self.billed(good.invoice_ids), {"Travel": 1})
        held = self.decisions(bad)
        self.assertEqual(held.state, "held")
        self.assertIn(REFUSAL, held.last_error)
        self.assertEqual(self.unbilled(bad).reason_code, "held")
        self.spend(bad_line, 2, "2026-04-10 10:00:00")
        self.look("2026-05-01 10:00:00")
        self.assertEqual(len(self.decisions(bad)), 1)
        held.with_user(self.manager).action_try_again()
        self.look("2026-05-01 11:00:00")
        self.look("2026-05-01 12:00:00")
        self.assertEqual(
            [self.billed(move)["Travel"] for move in self.invoices(bad)], [1, 2]
        )

    def test_two_companies(self):
        """D5: a policy looks for the work of its own company alone."""
        self.make_monthly_policy()
        other = self.company_data_2["company"]
        order, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        with self.at("2026-04-01 10:00:00"):
            self.assertFalse(Poll(other.with_env(self.su)).find())
            self.assertEqual(len(Poll(self.company).find()), 1)

    def test_exactly_once(self):
        """D2: the same work is taken up once; the database refuses a second claim."""
        self.make_monthly_policy()
        order, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        with self.at("2026-04-01 10:00:00"):
            events = Poll(self.company).find()
            self.assertEqual(Poll(self.company).find(), events)  # of another process
            for _process in range(2):
                self.su["billing.decision"]._record(events, "schedule")
            self.assertEqual(len(self.decisions(order)), 1)
            self.assertFalse(Poll(self.company).find())
            self.run_all()
        claim = self.decisions(order).line_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            claim.copy({"is_live": True})
            self.env.flush_all()

    def test_many_lines(self):
        """4.30: ten times as many lines ask the database no more often."""
        self.make_monthly_policy()
        counts = []
        for count in (3, 30):
            with self.at("2026-03-01 08:00:00"):
                orders = [self.sell(1) for _number in range(count)]
            for order in orders:
                self.spend(self.expect_costs(order), 1, "2026-03-10 10:00:00")
            self.env.flush_all()
            with self.at("2026-03-10 11:00:00"):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(Poll(self.company).run(), count)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_what_is_wrong(self):
        """4.30: days beyond a month, and policies for nothing, are refused."""
        policy = self.make_monthly_policy()
        for day in (0, 32, -1):
            with (
                self.subTest(day=day),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                policy.period_day = day
                self.env.flush_all()
        policy.event_delivery = False
        with self.assertRaisesRegex(ValidationError, "needs an event"):
            policy.event_cost = False

    def test_rights(self):
        """4.55: nobody but a manager says when it is billed."""
        policy = self.make_monthly_policy()
        plain = find_or_make(self.su, "billing_plain", "", self.company)
        api = self.make_user("api", "billing_group_api")
        for user in (plain, api, self.approver):
            for vals in ({"period": "day"}, {"event_cost": False}, {"period_day": 1}):
                with self.assertRaises(AccessError):
                    policy.with_user(user).write(vals)
        policy.with_user(self.manager).write({"period": "day", "period_day": 5})
        order, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        other, line = self.sell_travel(1)
        self.spend(line, 1, "2026-03-10 10:00:00")
        with self.at("2026-03-10 11:00:00"):
            unbilled = self.unbilled(order)
            self.assertEqual(unbilled.remedy, "take_up")
            with self.assertRaises(AccessError):
                unbilled.with_user(plain).action_bill_now()
            unbilled.with_user(self.manager).action_bill_now()
            self.assertEqual(self.decisions(order).event, "cost")
            self.assertFalse(self.decisions(other), "nobody asked for that")
