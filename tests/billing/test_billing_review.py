from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import BillingCommon


class ReviewCommon(BillingCommon):
    """A policy whose large invoices wait for a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.make_user_of("biller", "account.group_account_invoice")
        cls.policy = cls.make_policy(review_above=100)

    def make_draft(self, quantity=30):
        """Return the decision of a draft that waits."""
        order = self.sell(quantity)
        self.deliver(order)
        self.run_all()
        decision = self.decisions(order)
        self.assertEqual(decision.state, "review", decision.reason)
        return decision


@tagged("post_install", "-at_install")
class TestBillingReview(ReviewCommon):
    """A draft that waits for a person is posted by an approver alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls.sell(30)
        order.picking_ids.move_ids.write({"quantity": 30, "picked": True})
        order.picking_ids.button_validate()
        for code in ("draft_invoices", "post_invoices"):
            cls.su["billing.operation"]._cron_run(code)
        cls.waiting = order

    def setUp(self):
        super().setUp()
        self.decision = self.decisions(self.waiting)
        self.assertEqual(self.decision.state, "review", self.decision.reason)

    def test_above_a_limit_waits(self):
        """4.51: above the limit it stays a draft, and the approver is told."""
        decision = self.decision
        self.assertEqual(decision.move_id.state, "draft")
        self.assertEqual(decision.asked_user_id, self.approver)
        [activity] = decision.move_id.activity_ids
        self.assertEqual(activity.user_id, self.approver)
        self.assertEqual(
            activity.summary or activity.activity_type_id.name, "Approve this invoice"
        )

    def test_others_cannot_post(self):
        """Whoever may bill, and the robot itself, are refused."""
        move = self.decision.move_id
        robot = self.su["billing.decision"]._get_robot()
        for user in (self.biller, robot, self.su.ref("base.user_root")):
            with self.subTest(user.login), self.assertRaises(UserError):
                move.with_user(user).sudo().action_post()
        with self.assertRaises(UserError):
            move.with_user(self.biller).action_post()
        self.assertEqual(move.state, "draft")

    def test_others_cannot_write_it_posted(self):
        """Nor do they by writing the state."""
        move = self.decision.move_id
        with self.assertRaises(UserError):
            move.with_user(self.biller).state = "posted"
        self.assertEqual(move.state, "draft")

    def test_held_and_mended(self):
        """What was held for an error still waits for an approver without it."""
        decision = self.decision
        decision._hold("refused", "It was refused.")
        for post in (
            lambda move: move.action_post(),
            lambda move: move.write({"state": "posted"}),
        ):
            with self.assertRaises(UserError):
                post(decision.move_id.with_user(self.biller))
        decision.move_id.with_user(self.approver).action_post()
        self.assertRecordValues(
            decision, [{"state": "posted", "approver_id": self.approver.id}]
        )

    def test_approve(self):
        """4.14: who approved is kept, and the invoice is posted by the robot."""
        decision = self.decision
        [told] = decision.with_user(self.approver).approve("Looks good")
        self.assertEqual(told["state"], "posted")
        self.assertRecordValues(
            decision,
            [
                {
                    "state": "posted",
                    "approver_id": self.approver.id,
                    "approval_note": "Looks good",
                    "was_changed": False,
                    "is_bad": False,
                }
            ],
        )
        self.assertFalse(decision.move_id.activity_ids)
        self.assertEqual(
            decision.move_id.create_uid, self.su["billing.decision"]._get_robot()
        )

    def test_posting_is_approving(self):
        """An approver who confirms the invoice as usual has approved it."""
        decision = self.decision
        decision.move_id.with_user(self.approver).action_post()
        self.assertEqual(decision.state, "posted")
        self.assertEqual(decision.approver_id, self.approver)

    def test_changes_are_seen(self):
        """What somebody changed is named, and counts against the policy."""
        decision = self.decision
        line = decision.move_id.invoice_line_ids
        line.with_user(self.biller).price_unit = 9
        decision.with_user(self.approver).approve()
        self.assertTrue(decision.was_changed)
        self.assertIn("10 → 9", decision.changes)
        self.assertTrue(decision.is_bad)
        self.assertEqual(decision.editor_ids, self.biller)

    def test_language_is_no_change(self):
        """Who approves in another language than that of the draft changes nothing."""
        self.env["res.lang"]._activate_lang("fr_FR")
        term = self.env.ref("account.account_payment_term_30days")
        term.with_context(lang="fr_FR").name = "30 jours"
        self.customer.property_payment_term_id = term
        decision = self.make_draft()
        french = decision.with_user(self.approver).with_context(lang="fr_FR")
        self.assertFalse(french.move_id.billing_changes)
        french.approve()
        self.assertFalse(decision.was_changed)

    def test_four_eyes(self):
        """Whoever changed a draft cannot approve it, somebody else can."""
        decision = self.decision
        with Form(decision.move_id.with_user(self.approver)) as form:
            with form.invoice_line_ids.edit(0) as line:
                line.name = "Lamps"
        with self.assertRaises(UserError):
            decision.with_user(self.approver).approve()
        with self.assertRaises(UserError):
            decision.move_id.with_user(self.approver).action_post()
        decision.with_user(self.manager).approve()
        self.assertEqual(decision.state, "posted")

    def test_why_not_is_told(self):
        """A draft says why the one who looks at it may not approve it."""
        move = self.decision.move_id
        seen = {
            user: move.with_user(user).billing_why_not
            for user in (self.biller, self.approver)
        }
        self.assertIn("waits for an approver", seen[self.biller])
        self.assertFalse(seen[self.approver])

    def test_looking_is_no_change(self):
        """A link for the customer, or a message, makes nobody an editor."""
        decision = self.decision
        move = decision.move_id.with_user(self.approver)
        move._portal_ensure_token()
        move.message_post(body=move.name)
        self.assertFalse(decision.editor_ids)

    def test_reject(self):
        """A rejected draft is deleted, the reason kept, and nothing makes it anew."""
        decision = self.decision
        with self.assertRaises(UserError):
            decision.with_user(self.approver).reject(" ")
        decision.with_user(self.approver).reject("Wrong price")
        self.assertRecordValues(
            decision, [{"state": "rejected", "approval_note": "Wrong price"}]
        )
        self.assertFalse(decision.move_id.exists())
        self.su["billing.operation"]._cron_run("sweep_deliveries")
        self.run_all()
        self.assertEqual(len(self.decisions(decision.sale_order_id)), 1)

    def test_reason_with_what_nothing_keeps(self):
        """Words from outside are kept without what the database refuses."""
        decision = self.decision.with_user(self.approver)
        with self.assertRaises(UserError):
            decision.reject("\x00 ")
        decision.reject("Wrong\x00 price\ud800", keep_draft=True)
        self.assertEqual(decision.approval_note, "Wrong price")
        decision.give_feedback("wrong", "price", "No\x00")
        self.assertEqual(decision.feedback_note, "No")

    def test_rejected_and_kept(self):
        """A rejected draft that is kept is for approvers alone."""
        decision = self.decision
        decision.with_user(self.approver).reject("Later", keep_draft=True)
        self.su["billing.decision"]._seal_batch(self.company)
        with self.assertRaises(UserError):
            decision.move_id.with_user(self.biller).action_post()
        decision.move_id.with_user(self.approver).action_post()
        self.assertEqual(decision.state, "rejected")
        self.assertEqual(decision.move_id.state, "posted")

    def test_many_at_once(self):
        """Many are approved at once; one that does not wait is named."""
        decisions = self.decision | self.make_draft(40)
        decisions.with_user(self.approver).approve()
        self.assertEqual(set(decisions.mapped("state")), {"posted"})
        with self.assertRaises(UserError):
            decisions.with_user(self.approver).approve()

    def test_changed_after_the_decision(self):
        """What the policy would post waits for a person once it is changed."""
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        decision = self.decisions(order)
        self.assertEqual(decision.state, "approved")
        decision.move_id.invoice_line_ids.price_unit = 1
        self.run_posts()
        self.assertRecordValues(
            decision, [{"state": "review", "reason_code": "changed"}]
        )

    def test_changed_after_the_approval(self):
        """Nor is what an approver has seen otherwise posted by the schedule."""
        decision = self.decision
        decision._approve_as(self.approver)
        decision.move_id.invoice_line_ids.with_user(self.biller).price_unit = 10.05
        self.run_posts()
        self.assertRecordValues(
            decision, [{"state": "review", "reason_code": "changed"}]
        )
        self.assertEqual(decision.editor_ids, self.biller)
        self.approve(decision.move_id)
        self.assertEqual(decision.state, "posted")

    def test_policy_steps_back(self):
        """4.85: what a policy would have posted waits once it posts nothing more."""
        for stop in (
            lambda: self.policy.with_user(self.manager).action_demote(),
            lambda: self.policy.write({"active": False, "phase": "post"}),
        ):
            order = self.sell(3)
            self.deliver(order)
            self.run_drafts()
            stop()
            self.run_posts()
            self.assertRecordValues(
                self.decisions(order),
                [{"state": "review", "reason_code": "phase"}],
            )
            self.policy.phase = "post"

    def test_who_may_not(self):
        """Users and other programs neither approve nor reject."""
        decision = self.decision
        for group in ("billing_group_user", "billing_group_api"):
            user = self.make_user(group, group)
            for press in (
                lambda each: each.approve(),
                lambda each: each.reject("No"),
            ):
                with self.subTest(group), self.assertRaises(UserError):
                    press(decision.with_user(user))
        for method in ("give_feedback", "bill_again"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(decision.with_user(self.biller), method)("right")
        self.assertEqual(decision.state, "review")

    def test_another_company(self):
        """An approver of another company sees and approves nothing of this one."""
        decision = self.decision
        other = self.company_data_2["company"]
        stranger = self.make_user("stranger", "billing_group_approver")
        stranger.write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        with self.assertRaises(AccessError):
            decision.with_user(stranger).approve()
        self.assertFalse(self.env["billing.decision"].with_user(stranger).search([]))


@tagged("post_install", "-at_install")
class TestBillingWhatIsReviewed(ReviewCommon):
    """Which invoices wait for a person, who is asked, and what people say of them."""

    def test_new_customer(self):
        """4.51: a customer without a paid invoice is new."""
        self.policy.write({"review_above": 0, "review_new_customer": 2})
        decision = self.make_draft(1)
        self.assertEqual(decision.reason_code, "new_customer")

    def test_the_first(self):
        """4.60: the first of a policy are looked at, the next one is not."""
        self.policy.write({"review_above": 0, "review_first": 1})
        self.assertEqual(self.make_draft(1).reason_code, "first")
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        self.assertEqual(self.decisions(order).state, "posted")

    def test_bad_payer(self):
        """A customer who is marked as a bad debtor is looked at."""
        self.policy.review_above = 0
        self.customer.with_company(self.company).trust = "bad"
        self.assertEqual(self.make_draft(1).reason_code, "bad_payer")

    def test_sample(self):
        """One in one is each."""
        self.policy.write({"review_above": 0, "review_sample": 1})
        self.assertEqual(self.make_draft(1).reason_code, "sample")
        self.assertFalse(
            self.su["billing.decision"].new({"event_key": "a"})._is_sample(10**12)
        )

    def test_salesperson_looks(self):
        """The order's salesperson is asked, if that one may approve."""
        self.policy.approver_kind = "salesperson"
        for user, expected in (
            (self.manager, self.manager),
            (self.biller, self.approver),
        ):
            order = self.sell(30, user_id=user.id)
            self.deliver(order)
            self.run_all()
            self.assertEqual(self.decisions(order).asked_user_id, expected)

    # Judging

    def test_feedback(self):
        """4.85: wrong ones are counted with their cause; too many step it back."""
        self.policy.write({"brake_percent": 20, "brake_window": 5, "review_above": 0})
        decisions = self.su["billing.decision"]
        for _number in range(2):
            order = self.sell(1)
            self.deliver(order)
            self.run_all()
            decisions |= self.decisions(order)
        user = self.make_user("user", "billing_group_user")
        with self.assertRaises(UserError):
            decisions[0].with_user(user).give_feedback("wrong")
        decisions[0].with_user(user).give_feedback("wrong", "price", "Too high")
        self.assertEqual(self.policy.phase, "post")
        decisions[1].with_user(user).give_feedback("wrong", "price")
        self.assertEqual(self.policy.phase, "draft")
        self.assertEqual(self.policy.activity_ids.user_id, self.manager)
        self.assertRecordValues(
            decisions[0],
            [{"feedback_cause": "price", "feedback_user_id": user.id}],
        )

    def test_promote(self):
        """4.79: a manager moves a policy on, and the figures are noted with it."""
        policy = self.policy.with_user(self.manager)
        with self.assertRaises(AccessError):
            policy.phase = "post_send"
        with self.assertRaises(AccessError):
            self.policy.with_user(self.approver).action_promote()
        policy.action_demote()
        self.assertEqual(policy.phase, "draft")
        self.assertIn("invoices made", policy.message_ids[0].body)
        policy.action_promote()
        policy.action_promote()
        self.assertEqual(policy.phase, "post_send")
        with self.assertRaises(UserError):
            policy.action_promote()
