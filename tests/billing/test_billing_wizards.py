from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BillingCommon

NEUTRALIZE = Path(__file__).parents[2] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestBillingWizards(BillingCommon):
    """What people say of decisions by the screens."""

    def drafts(self, *quantities, **vals):
        """Return the drafts of deliveries, which wait for the approver."""
        self.make_policy("draft", **vals)
        orders = self.su["sale.order"]
        for quantity in quantities:
            order = self.sell(quantity)
            self.deliver(order)
            orders |= order
        self.run_drafts()
        return orders.invoice_ids.sorted("id")

    def ask(self, model, records, user=None, **vals):
        """Return the wizard that a user has opened on records."""
        wizards = self.su[model].with_user(user or self.approver)
        return wizards.with_context(
            active_model=records._name, active_ids=records.ids, active_id=records[:1].id
        ).create(vals)

    def test_approve_many(self):
        """Drafts are approved with a note, all at once."""
        moves = self.drafts(1, 2)
        wizard = self.ask("billing.approve", moves, note="Looked through")
        self.assertEqual(wizard.move_ids, moves)
        said = wizard.action_approve()["params"]
        self.assertEqual(said["type"], "success")
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        decisions = moves.billing_decision_ids
        self.assertEqual(set(decisions.mapped("approval_note")), {"Looked through"})

    def test_approve_of_other_invoices(self):
        """Of chosen invoices those that wait are meant, and there must be one."""
        [waiting] = self.drafts(1)
        other = self.su["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        self.assertEqual(self.ask("billing.approve", waiting | other).move_ids, waiting)
        with self.assertRaises(UserError):
            self.ask("billing.approve", other)

    def test_changes_are_seen(self):
        """What somebody changed meanwhile stands beside the draft."""
        [move] = self.drafts(1)
        self.assertFalse(move.billing_changes)
        move.invoice_line_ids.price_unit = 7.0
        self.env.invalidate_all()  # as a new page does
        self.assertEqual(move.billing_changes, "Lamp: price 10 → 7\nTotal 11.50 → 8.05")
        self.assertEqual(self.ask("billing.approve", move).changed_count, 1)

    def test_reject(self):
        """A draft is deleted, or kept for a person; the reason is kept."""
        first, second = self.drafts(1, 2)
        decisions = (first | second).billing_decision_ids.sorted("id")
        action = self.ask("billing.reject", first, reason="Wrong price").action_reject()
        self.assertEqual(action["res_model"], "account.move")  # its form is gone
        self.assertFalse(first.exists())
        wizard = self.ask("billing.reject", second, reason="By hand", keep_draft=True)
        wizard.action_reject()
        self.assertEqual(second.state, "draft")
        self.assertEqual(decisions.mapped("approval_note"), ["Wrong price", "By hand"])

    def test_feedback(self):
        """What was wrong is said with its cause."""
        [move] = self.drafts(1)
        decision = move.billing_decision_ids
        self.ask("billing.feedback", decision, cause="price", note="7").action_wrong()
        self.assertRecordValues(
            decision,
            [{"feedback": "wrong", "feedback_cause": "price", "feedback_note": "7"}],
        )

    def test_one_status(self):
        """3.41: an invoice has one status, from draft to paid."""
        [move] = self.drafts(1)
        self.assertEqual(move.billing_status, "review")
        self.assertTrue(move.hide_post_button)
        self.ask("billing.approve", move).action_approve()
        self.assertEqual(move.billing_status, "unpaid")
        with freeze_time("2077-07-07"):
            move.invalidate_recordset(["billing_status"])
            self.assertEqual(move.billing_status, "overdue")
        payments = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payments.create({"amount": 5.0})._create_payments()
        self.assertEqual(move.billing_status, "partial")
        payments.create({})._create_payments()
        self.assertEqual(move.billing_status, "paid")

    # Policies

    def test_trial(self):
        """A table says what a policy would have done; nothing is made."""
        policy = self.make_policy("dry_run", review_above=100)
        for quantity in (3, 30):
            self.deliver(self.sell(quantity))
        before = self.su["billing.decision"].search_count([])
        action = policy.with_user(self.manager).action_try()
        trial = self.su[action["res_model"]].browse(action["res_id"])
        self.assertEqual((trial.post_count, trial.draft_count), (1, 1))
        [big] = trial.line_ids.filtered(lambda line: line.decision == "draft")
        self.assertEqual(big.amount, 300.0)
        self.assertTrue(big.reason)
        self.assertEqual(self.su["billing.decision"].search_count([]), before)

    def test_trial_of_what_is_billed(self):
        """It is tried as if nobody had billed anything yet."""
        policy = self.make_policy("post")
        self.deliver(self.sell(3))
        self.run_all()
        action = policy.with_user(self.manager).action_try()
        trial = self.su[action["res_model"]].browse(action["res_id"])
        self.assertEqual(trial.line_ids.mapped("amount"), [30.0])

    def test_steps(self):
        """A policy goes a step further on its figures, and one back."""
        policy = self.make_policy("dry_run").with_user(self.manager)
        step = self.ask(
            "billing.policy.step", policy, self.manager, direction="promote"
        )
        self.assertEqual((step.phase, step.new_phase), ("dry_run", "draft"))
        self.assertTrue(step.consequence)
        step.action_go()
        self.assertEqual(policy.phase, "draft")
        self.ask(
            "billing.policy.step", policy, self.manager, direction="demote"
        ).action_go()
        self.assertEqual(policy.phase, "dry_run")

    def test_sentence(self):
        """A policy reads as a sentence, while it is being written."""
        tag = self.su["res.partner.category"].create({"name": "Wholesale"})
        form = Form(self.su["billing.policy"].with_user(self.manager))
        form.name = "Mine"
        form.partner_tag_ids.add(tag)
        self.assertIn("deliveries to customers of Wholesale", form.sentence)
        self.assertIn("make nothing", form.sentence)
        policy = self.make_policy("post", review_above=1000.0, review_first=5)
        self.assertIn("for the first 5; ", policy.sentence)
        self.assertIn("above", policy.sentence)

    # Rights

    def test_only_approvers_and_managers(self):
        """Who may not do it does not open the question either."""
        [move] = self.drafts(1)
        user = self.make_user("user", "billing_group_user")
        policy = move.billing_decision_ids.policy_id
        for model, vals in (
            ("billing.approve", {}),
            ("billing.reject", {"reason": "Mine"}),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.ask(model, move.billing_decision_ids, user, **vals)
        for model, vals in (
            ("billing.policy.step", {"direction": "promote"}),
            ("billing.policy.trial", {"policy_id": policy.id}),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.ask(model, policy, self.approver, **vals)
        with self.assertRaises(AccessError):
            policy.with_user(self.approver).action_try()
        trial = self.su["billing.policy.trial"].create({"policy_id": policy.id})
        line = trial.line_ids.create({"trial_id": trial.id, "decision": "post"})
        for record in (trial, line):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.manager).read()

    def test_approver_is_one(self):
        """Nobody is named as an approver who may not approve."""
        with self.assertRaises(ValidationError):
            self.make_policy(
                approver_id=self.make_user("other", "billing_group_user").id
            )

    # Copies

    def test_neutralized(self):
        """A copy of a database posts and sends nothing by itself."""
        posting, drafting = self.make_policy("post_send"), self.make_policy("dry_run")
        operation = self.su["billing.operation"]._get(self.company, "draft_invoices")
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertEqual(posting.phase, "draft")
        self.assertEqual(drafting.phase, "dry_run")
        self.assertFalse(operation.is_scheduled)
