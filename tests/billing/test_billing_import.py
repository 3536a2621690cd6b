from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..coopcycle.common import CoopcycleCommon
from .steps import BillingSteps


@tagged("post_install", "-at_install")
class TestBillingImport(BillingSteps, CoopcycleCommon):
    """4.86: the drafts of a CoopCycle import are taken further by a policy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.su = cls.env(su=True)
        groups = "base.group_user,coopcycle_magento.billing_group_approver"
        cls.approver = cls.manager = new_test_user(
            cls.su,
            login="import_approver",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def take(self, import_):
        self.run_all()
        return self.su["billing.decision"].search(
            [("move_id", "in", import_.move_ids.ids)]
        )

    def test_posted(self):
        """4.86: where the policy posts, they are posted, with their own dates."""
        self.make_policy(event_import=True, event_delivery=False)
        import_ = self.run_import([self.row(), self.row("B1", store=2)])
        decisions = self.take(import_)
        reasons = decisions.mapped("reason")
        self.assertEqual(decisions.mapped("state"), ["posted"] * 2, reasons)
        self.assertEqual(set(import_.move_ids.mapped("state")), {"posted"})
        self.assertEqual(str(import_.move_ids[0].invoice_date), "2025-06-13")
        self.assertEqual(decisions[0].trigger_user_id, self.biller)

    def test_other_instance(self):
        """4.12: those of an instance that is out of scope are left to people."""
        other = self.su["coopcycle.connection"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        self.make_policy(
            event_import=True, coopcycle_connection_ids=[(6, 0, other.ids)]
        )
        import_ = self.run_import([self.row()], connection_id=self.connection.id)
        self.assertEqual(self.take(import_).reason_code, "no_policy")
        self.assertEqual(import_.move_ids.state, "draft")

    def hold_by_category(self):
        """Import a draft of which a policy is for a part alone."""
        category = self.su["product.category"].create({"name": "Other"})
        self.make_policy(
            event_import=True, event_delivery=False, category_ids=[(6, 0, category.ids)]
        )
        import_ = self.run_import([self.row()])
        self.other = self.su["product.product"].create(
            {"name": "Other", "categ_id": category.id}
        )
        import_.move_ids.sudo().invoice_line_ids = [
            (0, 0, {"product_id": self.other.id, "price_unit": 1})
        ]
        decision = self.take(import_)
        self.assertEqual(decision.error_code, "scope_partial", decision.reason)
        return decision

    def test_tried_again(self):
        """2.2: what was held before anybody decided is decided when it is tried."""
        decision = self.hold_by_category()
        products = decision.move_id.invoice_line_ids.product_id
        products.sudo().categ_id = self.other.categ_id
        decision._try_again()
        self.run_all()
        self.assertEqual(decision.state, "posted", decision.reason)

    def test_left_to_people(self):
        """And a person posts it by hand, if a policy does not take it."""
        move = self.hold_by_category().move_id
        move.with_user(self.biller).action_post()
        self.assertEqual(move.state, "posted")

    def test_one_that_fails(self):
        """D3: one that cannot be looked at holds up no other."""
        self.make_policy(event_import=True, event_delivery=False)
        import_ = self.run_import([self.row(), self.row("B1", store=2)])
        bad = import_.move_ids[0]
        Move = type(bad)
        get_payload = Move._billing_get_payload

        def refuse(move):
            if move == bad:
                raise UserError(str(move))
            return get_payload(move)

        with patch.object(Move, "_billing_get_payload", refuse):
            decisions = self.take(import_).sorted("move_id")
        self.assertEqual(set(decisions.mapped("state")), {"held", "posted"})

    def test_undo(self):
        """D1: Undo takes the decisions back, and nothing is made again."""
        self.make_policy("draft", event_import=True)
        import_ = self.run_import([self.row()])
        decision = self.take(import_)
        self.assertEqual(decision.state, "review")
        import_.with_user(self.biller).action_undo()
        self.assertEqual(decision.state, "withdrawn")
        self.sweep()
        self.assertFalse(self.take(import_))
        self.assertFalse(import_.move_ids)

    def test_undo_before_the_decision(self):
        """D1: drafts that are gone before they are looked at are left out."""
        self.make_policy(event_import=True)
        import_ = self.run_import([self.row()])
        decision = self.su["billing.decision"].search(
            [("move_id", "in", import_.move_ids.ids)]
        )
        import_.with_user(self.biller).action_undo()
        self.run_all()
        self.assertIn(decision.state, ("skipped", "withdrawn"))

    def test_missed(self):
        """4.64: drafts that were not written down are found by night."""
        import_ = self.run_import([self.row()])
        self.make_policy(event_import=True, event_delivery=False)
        self.sweep()
        self.assertEqual(self.take(import_).state, "posted")
