from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.misc import formatLang

from ..service.common import ServiceCommon
from ..shared.companies import NAMES

READER = "account.group_account_readonly"


@tagged("post_install", "-at_install")
class TestBillingDashboard(ServiceCommon):
    """The dashboard: what it counts, and that each number opens just that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user_of("dashboard_reader", READER)
        cls.today = fields.Date.context_today(cls.reader)
        cls.bank = cls.company_data["default_journal_bank"].with_env(cls.su)

    def dashboard(self, user=None, companies=None):
        """Return the dashboard as a user sees it who has some companies switched on."""
        self.env.flush_all()
        user = user or self.reader
        ids = (companies or self.company).ids
        dashboards = self.su["billing.dashboard"].with_user(user).sudo(False)
        return dashboards.with_context(allowed_company_ids=ids)

    def cards(self, user=None):
        return [each["key"] for each in self.dashboard(user).read_layout()["cards"]]

    def figures(self, card, dashboard=None):
        """Return {key: figure} of a card."""
        dashboard = self.dashboard() if dashboard is None else dashboard
        return {each["key"]: each for each in dashboard.read_card(card)["figures"]}

    def click(self, card, key, dashboard=None):
        """Return the records of the list that a figure opens."""
        dashboard = self.dashboard() if dashboard is None else dashboard
        action = dashboard.open_figure(card, key)
        # A filter that somebody has made the usual one would hide what was counted
        self.assertTrue(action["context"]["search_disable_custom_filters"])
        return dashboard.env[action["res_model"]].search(action["domain"])

    def assert_figure(self, card, key, records, amount):
        """Check what a figure counts, what it comes to, and what it opens."""
        figure = self.figures(card)[key]
        self.assertEqual(figure["count"], len(records))
        texts = [each["text"] for each in figure["amounts"]]
        self.assertEqual(texts, [self.format(amount)])
        self.assertEqual(set(self.click(card, key).ids), set(records.ids))

    def format(self, amount, currency=None):
        currency = currency or self.company.currency_id
        return formatLang(self.dashboard().env, amount, currency_obj=currency)

    def bill_by_hand(self, amount, due=10, company=None, **vals):
        """Return a draft invoice that is due in so many days."""
        moves = self.su["account.move"].with_company(company or self.company)
        return moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today - timedelta(days=100),
                "invoice_date_due": self.today + timedelta(days=due),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Lamp",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    def pay(self, move, amount=None, day=None):
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        vals = {"amount": amount} if amount else {}
        wizard.create({"payment_date": day or self.today, **vals})._create_payments()

    # Numbers

    def test_invoices(self):
        """3.02: drafts, to approve, unpaid, overdue, paid this month."""
        draft = self.bill_by_hand(100)
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        review = self.invoices(order)
        due = self.bill_by_hand(200)
        overdue = self.bill_by_hand(50, due=-1)
        partly = self.bill_by_hand(80, due=-40)
        paid, paid_before = self.bill_by_hand(70), self.bill_by_hand(60)
        posted = due | overdue | partly | paid | paid_before
        posted.action_post()
        self.pay(partly, 30)
        self.pay(paid)
        self.pay(paid_before, day=self.today.replace(day=1) - timedelta(days=1))
        note = self.bill_by_hand(10, move_type="out_refund")
        note.action_post()
        total = review.amount_total_signed
        self.assert_figure("invoices", "draft", draft | review, 100 + total)
        self.assert_figure("invoices", "review", review, total)
        self.assert_figure("invoices", "unpaid", due | overdue | partly, 300)
        self.assert_figure("invoices", "overdue", overdue | partly, 100)
        self.assert_figure("invoices", "paid", paid, 70)
        levels = {key: each["level"] for key, each in self.figures("invoices").items()}
        self.assertEqual(levels["overdue"], "danger")
        self.assertEqual(levels["draft"], "")
        chart = self.dashboard().read_card("invoices")["chart"]
        self.assertEqual(chart["series"][0]["values"], [200, 50, 50, 0, 0])
        self.assertEqual(len(chart["labels"]), 5)

    def test_held_and_not_billed(self):
        """What is held, by its cause, and what customers have and no invoice bills."""
        self.assertFalse(self.figures("held"))
        order = self.hold()
        held = self.decisions(order)
        figures = self.figures("held")
        self.assertEqual(list(figures), ["scope_partial"])
        self.assertEqual(self.click("held", "scope_partial").ids, held.ids)
        unbilled = self.su["billing.unbilled"].search([("order_id", "=", order.id)])
        self.assert_figure("unbilled", "unbilled", unbilled, 35)
        held.error_code = "rate_missing"
        self.assertEqual(list(self.figures("held")), ["checks"])
        self.assertEqual(self.click("held", "checks").ids, held.ids)

    def test_other_features(self):
        """To send, failed, bounced; bank lines; jobs to invoice; reminders."""
        moves = self.bill_by_hand(100) | self.bill_by_hand(40)
        moves |= self.bill_by_hand(30) | self.bill_by_hand(20)
        moves.action_post()
        dispatches = self.su["billing.dispatch"]._queue(moves)
        for dispatch, state in zip(
            dispatches, ("queued", "bounced", "failed", "held"), strict=True
        ):
            dispatch.state = state
        self.assert_figure("sending", "to_send", dispatches[0], 100)
        self.assert_figure("sending", "bounced", dispatches[1], 40)
        self.assert_figure("sending", "failed", dispatches[2:], 50)
        self.assertEqual(self.figures("sending")["to_print"]["amounts"], [])
        lines = self.su["account.bank.statement.line"].create(
            [
                {
                    "journal_id": self.bank.id,
                    "date": self.today,
                    "amount": amount,
                    "payment_ref": "Transfer",
                }
                for amount in (100, 7)
            ]
        )
        common = {
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
        }
        self.su["billing.match"].create(
            {
                **common,
                "statement_line_id": lines[0].id,
                "confidence": "certain",
                "kind": "exact",
            }
        )
        self.assert_figure("banking", "certain", lines[0], 100)
        self.assert_figure("banking", "none", lines[1], 7)
        job, billed = self.do(), self.do()
        self.create_invoice(billed)
        lines = job.sale_order_id.order_line
        self.assert_figure(
            "service", "to_invoice", job, sum(lines.mapped("price_subtotal"))
        )
        reminder = self.su["billing.reminder"].create(
            {
                **common,
                "partner_id": self.customer.id,
                "state": "held",
                "amount_total": 12,
            }
        )
        self.assert_figure("reminders", "held", reminder, 12)

    def test_companies(self):
        """Of the companies that are switched on; sums by the currency they count in."""
        other = self.company_data_2["company"].with_env(self.su)
        self.assertIn(other.name, NAMES)
        reader = self.make_user_of("dashboard_reader_of_both", READER)
        reader.company_ids |= other
        self.company.currency_id = self.su.ref("base.EUR")
        other.currency_id = self.su.ref("base.USD")
        own, foreign = self.bill_by_hand(100), self.bill_by_hand(30, company=other)
        dashboard = self.dashboard(reader)
        figure = self.figures("invoices", dashboard)["draft"]
        self.assertEqual(figure["count"], 1)
        both = self.dashboard(reader, self.company | other)
        figure = self.figures("invoices", both)["draft"]
        self.assertEqual(figure["count"], 2)
        self.assertEqual(
            {each["title"]: each["text"] for each in figure["amounts"]},
            {
                self.company.name: self.format(100),
                other.name: self.format(30, other.currency_id),
            },
        )
        found = self.click("invoices", "draft", both)
        self.assertEqual(set(found.ids), {own.id, foreign.id})
        # Whoever does not work there sees nothing of it, whatever is asked for
        stranger = self.dashboard(self.reader, self.company | other)
        with self.assertRaises(AccessError):
            self.figures("invoices", stranger)

    # Rights

    def test_rights(self):
        """4.62: readers see all of it, others what they may read, strangers nothing."""
        everything = [
            "invoices",
            "held",
            "unbilled",
            "sending",
            "banking",
            "service",
            "reminders",
        ]
        self.assertEqual(self.cards(), everything)
        self.assertFalse(self.dashboard().read_layout()["may_make_invoices"])
        layout = self.dashboard(self.approver).read_layout()
        self.assertTrue(layout["may_make_invoices"])
        self.assertFalse(layout["may_make_policies"])
        self.assertTrue(self.dashboard(self.manager).read_layout()["may_make_policies"])
        user = self.make_user("dashboard_user", "billing_group_user")
        seen = self.cards(user)
        self.assertIn("held", seen)
        self.assertNotIn("invoices", seen)
        self.assertNotIn("banking", seen)
        self.assertFalse(self.figures("invoices", self.dashboard(user)))
        with self.assertRaises(UserError):
            self.dashboard(user).open_figure("invoices", "draft")
        for stranger in (
            self.make_user_of("dashboard_nobody", ""),
            self.anna,
            self.make_user_of("dashboard_seller", "sales_team.group_sale_manager"),
        ):
            for call in (
                lambda board: board.read_layout(),
                lambda board: board.read_card("invoices"),
                lambda board: board.read_policies(),
                lambda board: board.open_figure("invoices", "draft"),
            ):
                with self.assertRaises(AccessError):
                    call(self.dashboard(stranger))

    def test_hostile_keys(self):
        """What is no card, and no number, is refused in words."""
        for card in ("secrets", "__class__", "", None, ["invoices"], {"a": 1}, 7):
            with self.assertRaises(UserError):
                self.dashboard().read_card(card)
            with self.assertRaises(UserError):
                self.dashboard().open_figure(card, "draft")
        for key in ("secrets", None, ["draft"], "\0"):
            with self.assertRaises(UserError):
                self.dashboard().open_figure("invoices", key)

    # Policies

    def facts(self, policy):
        """Return {key: (value, hint)} of a policy's card."""
        [card] = [
            each for each in self.dashboard().read_policies() if each["id"] == policy.id
        ]
        return {each["key"]: (each["value"], each["hint"]) for each in card["facts"]}

    def test_policies(self):
        """4.11, 4.15, 4.68, 4.85: what a policy did, by itself and with people."""
        policy = self.make_policy("draft", review_first=100)
        layout = self.dashboard().read_layout()
        self.assertTrue(layout["has_policies"])
        orders = self.sell(1), self.sell(2), self.sell(3)
        for order in orders:
            self.deliver(order)
        self.run_drafts()
        [card] = self.dashboard().read_policies()
        self.assertEqual((card["counter"], card["phase"]), ("0 of 100", "Draft"))
        waiting = [self.decisions(order) for order in orders]
        self.invoices(orders[1]).ref = "7"
        for decision in waiting[:2]:
            decision.with_user(self.approver).approve()
        waiting[2].with_user(self.approver).reject("Not yet")
        waiting[0].with_user(self.approver).action_right()
        policy.phase = "post"
        policy.review_first = 0
        by_itself = self.sell(4)
        self.deliver(by_itself)
        self.run_all()
        done = self.decisions(by_itself)
        self.assertEqual(done.state, "posted")
        done.event_at = done.posted_at - timedelta(hours=3)
        for decision in waiting[:2]:
            decision.event_at = decision.posted_at - timedelta(days=3)
        dispatch = self.su["billing.dispatch"]._queue(done.move_id)
        dispatch.write(
            {"state": "sent", "sent_at": done.posted_at + timedelta(minutes=7)}
        )
        facts = self.facts(policy)
        self.assertEqual(facts["automatic"][0], "33 %")
        self.assertIn("1 of 3", facts["automatic"][1])
        self.assertEqual(facts["unchanged"][0], "33 %")
        self.assertEqual(facts["saved"][0], "30 min")
        self.assertEqual(facts["saved"][1], "3 made × 15 min − 3 looked at × 5 min")
        self.assertEqual(facts["to_post"][0], "3 days")
        self.assertEqual(facts["to_send"][0], "7 min")
        self.assertEqual(facts["feedback"][0], "1 / 0")
        self.assertIn("of 3", facts["same_day"][1])
        self.company.billing_minutes_by_hand = 30
        self.company.billing_minutes_review = 2
        self.assertEqual(self.facts(policy)["saved"][0], "1 h 24 min")
        [card] = self.dashboard().read_policies()
        self.assertEqual(card["phase"], "Post")
        self.assertEqual((card["reviewed"], card["first"]), (3, 0))
        by_level = {each["level"]: each["values"] for each in card["chart"]["series"]}
        self.assertEqual(by_level["success"][-1], 1)
        self.assertEqual(by_level["info"][-1], 2)

    def test_several_deliveries_are_one_invoice(self):
        """An invoice that bills several deliveries saves the time of one."""
        policy = self.make_policy("post", grouping="order")
        order = self.sell(2)
        self.deliver(order, 1)
        self.deliver(order)
        self.run_all()
        self.assertEqual(len(self.decisions(order)), 2)
        self.assertEqual(len(self.invoices(order)), 1)
        self.assertIn("1 of 1", self.facts(policy)["automatic"][1])
        self.assertEqual(self.facts(policy)["saved"][0], "15 min")

    def test_time_of_a_review_is_measured(self):
        """4.68: from when an approver opens a draft until it is approved."""
        policy = self.make_policy("draft")
        order = self.sell(1)
        self.deliver(order)
        self.run_drafts()
        move, decision = self.invoices(order), self.decisions(order)
        for user in (self.biller, self.reader):
            move.with_user(user).billing_note_opened()
            self.assertFalse(decision.opened_at)
        with self.assertRaises(AccessError):
            move.with_user(self.anna).billing_note_opened()
        move.with_user(self.approver).billing_note_opened()
        self.assertEqual(decision.opened_user_id, self.approver)
        decision.with_user(self.approver).approve()
        decision.opened_at = decision.approved_at - timedelta(minutes=2)
        value, hint = self.facts(policy)["saved"]
        self.assertEqual(value, "13 min")
        self.assertIn("1 looked at × 2 min", hint)
        self.assertIn("measured", hint)
        # A draft that was open overnight says nothing
        decision.opened_at = decision.approved_at - timedelta(hours=14)
        value, hint = self.facts(policy)["saved"]
        self.assertEqual(value, "10 min")
        self.assertNotIn("measured", hint)

    def test_first_screen(self):
        """3.17: the app opens on the dashboard, whoever may see it."""
        root = self.su.ref("coopcycle_magento.billing_menu_root")
        first = root.child_id.sorted("sequence")[0]
        action = self.su.ref("coopcycle_magento.billing_dashboard_action")
        self.assertEqual(first.action, action)
        self.assertFalse(self.dashboard().read_layout()["has_policies"])

    # Cost

    def test_queries(self):
        """All cards together take few queries, and no more of many records."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            dashboard = self.dashboard()
            for card in dashboard.read_layout()["cards"]:
                dashboard.read_card(card["key"])
            dashboard.read_policies()
            return self.cr.sql_log_count - before

        self.make_policy("post")
        self.bill_by_hand(10)
        self.deliver(self.sell(1))
        self.run_all()
        self.do()
        count()  # what Odoo caches is cached now
        few = count()
        self.assertLessEqual(few, MOST_QUERIES)
        self.make_policy("draft", name="Others", sequence=20)
        for _number in range(3):
            self.bill_by_hand(10)
            self.deliver(self.sell(1))
            self.do()
        self.run_all()
        count()
        self.assertLessEqual(count(), few)


# For seven cards and the policies, rights and currencies included
MOST_QUERIES = 28
