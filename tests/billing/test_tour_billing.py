from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..shared.pages import PageCase
from .common import BillingCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestBillingTour(BillingCommon, PageCase):
    """The screens of *Billing*, in a browser."""

    def begin(self, tour, user):
        menu = self.su.ref("coopcycle_magento.billing_menu_root")
        self.start_tour(f"/web#menu_id={menu.id}", tour, login=user.login)

    def test_from_a_dry_run_to_a_draft(self):
        """A manager reads a policy, tries it on what was delivered, promotes it."""
        policy = self.make_policy("dry_run", name="Lamps", review_above=100)
        for quantity in (3, 30):
            self.deliver(self.sell(quantity))
        self.begin("billing_policy_tour", self.manager)
        self.assertEqual(policy.phase, "draft")

    def test_dashboard(self):
        """3.02, 3.19, 4.74: from a number to its list, and a timeline."""
        self.make_policy("draft")
        self.deliver(self.sell(2))
        self.run_drafts()
        dashboards = type(self.env["billing.dashboard"])

        words = "Out of order"

        def fail(_self):
            raise UserError(words)

        timelines = type(self.env["integration.timeline"])
        find = timelines._find_entries

        def fail_of_draft(model, story):
            is_draft = story.record.state == "draft"
            return fail(model) if is_draft else find(model, story)

        self.enter(patch.object(dashboards, "_get_reminders_figures", fail))
        self.enter(patch.object(timelines, "_find_entries", fail_of_draft))
        self.enter(mute_logger("odoo.http"))
        self.begin("billing_dashboard_tour", self.approver)

    def test_empty_dashboard(self):
        """Whoever has no policy yet reads what to do first."""
        self.begin("billing_first_policy_tour", self.manager)

    def test_approve(self):
        """An approver looks at a draft, approves it, and the rest at once."""
        self.make_policy("draft")
        orders = self.sell(1) | self.sell(2)
        for order in orders:
            self.deliver(order)
        self.run_drafts()
        orders[1].invoice_ids.ref = "7"
        self.begin("billing_approve_tour", self.approver)
        self.assertEqual(set(orders.invoice_ids.mapped("state")), {"posted"})
        decision = self.decisions(orders[1])
        self.assertRecordValues(
            decision, [{"was_changed": True, "approval_note": "Agreed by phone"}]
        )

    def test_held_and_tried_again(self):
        """A user sees what is held and why, and has it tried again."""
        order = self.hold()
        self.begin("billing_held_tour", self.approver)
        self.assertEqual(self.decisions(order).state, "pending")
