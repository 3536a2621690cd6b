from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.billing.checking import CHECKS, Check
from ...models.shared.findings import ERROR
from .checks_common import APPROVER, ChecksCommon


class TooLong(Check):
    """A check that another addon brings."""

    code = "too_long"
    severity = ERROR
    text = "%(value)s. Resolution: write less."

    def find(self, move, facts):
        yield {"value": "Long"}


@tagged("post_install", "-at_install")
class TestBillingChecksGate(ChecksCommon):
    """Errors keep an invoice from being posted, until an approver accepts them."""

    def make_wrong(self, price=20.0):
        """Return a draft whose price is not the order's."""
        move = self.bill()
        move.invoice_line_ids.price_unit = price
        return move

    def post_anyway(self, move, user=None, reason="As agreed by phone"):
        self.env.flush_all()
        wizard = self.env["billing.post.anyway"].with_user(user or self.approver)
        wizard = wizard.with_context(active_id=move.id).create({"reason": reason})
        wizard.action_post()
        return wizard

    def test_error_refuses(self):
        """Whoever posts is told what is wrong, on which invoice, and the remedy."""
        move = self.make_wrong()
        with self.assertRaisesRegex(UserError, "costs 20, on its order 10.*Resolution"):
            move.with_user(self.biller).action_post()
        self.assertEqual(move.state, "draft")

    def test_leads_to_invoice(self):
        """A finding, and what was accepted, lead to their invoice."""
        move = self.make_wrong()
        self.post_anyway(move)
        for record in (move.billing_finding_ids[:1], move.billing_override_ids[:1]):
            action = record.with_user(self.biller).action_open_invoice()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (move._name, move.id)
            )

    def test_warning_refuses_nobody(self):
        """A warning is something to look at."""
        self.customer.trust = "bad"
        move = self.make_invoice().with_user(self.biller)
        move.action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.billing_finding_state, "warning")

    def test_scope_automatic(self):
        """By default what people bill is not checked, and what automation bills is."""
        self.company.billing_check_scope = "automatic"
        self.make_wrong().action_post()
        move = self.make_wrong()
        move.billing_is_automatic = True
        with self.assertRaises(UserError):
            move.action_post()

    def test_vendor_bill(self):
        """What others bill is not looked at."""
        bill = self.make_invoice(move_type="in_invoice", invoice_date="2024-06-10")
        bill.partner_id.country_id = False
        bill.action_post()
        self.assertFalse(bill.billing_finding_ids)

    def test_one_of_many(self):
        """One that is wrong keeps the others that are posted with it as well."""
        moves = self.make_wrong() | self.make_invoice()
        with self.assertRaises(UserError):
            moves.action_post()
        self.assertEqual(set(moves.mapped("state")), {"draft"})

    def test_many_errors(self):
        """A refusal fits a screen."""
        moves = self.env["account.move"].union(*(self.make_wrong() for _i in range(12)))
        with self.assertRaisesRegex(UserError, "And 2 more"):
            moves.action_post()

    # Findings

    def test_findings_are_kept(self):
        """The button writes down what it finds; the next check replaces it."""
        move = self.make_wrong()
        move.with_user(self.biller).action_billing_check()
        finding = move.billing_finding_ids.filtered(
            lambda each: each.code != "order_total_differs"
        )
        self.assertEqual(finding.code, "price_differs")
        self.assertEqual(finding.value, "20 ≠ 10")
        self.assertEqual(finding.company_id, self.company)
        self.assertEqual(move.billing_finding_state, "error")
        move.with_user(self.biller).action_billing_check()
        self.assertTrue(finding.exists())
        move.invoice_line_ids.price_unit = 10
        move.with_user(self.biller).action_billing_check()
        self.assertFalse(move.billing_finding_ids)
        self.assertFalse(move.billing_finding_state)

    def test_check_needs_rights(self):
        """Who may not change an invoice has nothing checked."""
        reader = self.make_user("reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.make_invoice().with_user(reader).action_billing_check()

    def test_other_company_sees_nothing(self):
        """Findings and overrides are those of a company."""
        move = self.make_wrong()
        self.post_anyway(move)
        stranger = self.make_user("stranger", "account.group_account_invoice")
        other = self.company_data_2["company"]
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in ("billing.finding", "billing.override"):
            self.assertTrue(self.env[model].search([]))
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    # Another addon

    def test_checks_of_another_addon(self):
        """Another addon adds and removes checks."""
        model = type(self.env["account.move"])
        with patch.object(model, "_billing_get_checks", lambda self: [TooLong]):
            move = self.make_wrong()
            self.assertEqual(list(self.find(move)), ["too_long"])
            with self.assertRaisesRegex(UserError, "write less"):
                move.action_post()

    def test_codes(self):
        """Each code is there once."""
        codes = [check.code for check in CHECKS]
        self.assertEqual(len(codes), len(set(codes)))

    # Post anyway

    def test_override(self):
        """An approver posts it, and it is kept who did, why, and what was found."""
        move = self.make_wrong()
        wizard = self.post_anyway(move)
        self.assertEqual(move.state, "posted")
        override = move.billing_override_ids
        self.assertEqual(override.user_id, self.approver)
        self.assertEqual(override.reason, "As agreed by phone")
        self.assertEqual(override.codes, "price_differs")
        self.assertIn("20 ≠ 10", str(override.values))
        self.assertIn("costs 20", override.values_text)
        accepted = move.billing_finding_ids.filtered("is_accepted")
        self.assertEqual(accepted.code, "price_differs")
        self.assertNotEqual(move.billing_finding_state, "error")
        self.assertTrue(wizard)

    def test_override_shows_errors(self):
        """The approver reads what is accepted."""
        move = self.make_wrong()
        move.action_billing_check()
        wizard = self.env["billing.post.anyway"].with_user(self.approver)
        wizard = wizard.new({"move_id": move.id})
        self.assertIn("costs 20", wizard.errors)

    def test_override_is_of_what_was_found(self):
        """What was accepted is accepted again; another price is not."""
        move = self.make_wrong()
        self.post_anyway(move)
        move.button_draft()
        move.action_post()
        move.button_draft()
        move.invoice_line_ids.price_unit = 30
        with self.assertRaises(UserError):
            move.action_post()

    def test_override_needs_an_approver(self):
        """Who may post may not accept errors."""
        move = self.make_wrong()
        with self.assertRaises(AccessError):
            self.post_anyway(move, self.biller)
        wizard = self.env["billing.post.anyway"].with_context(active_id=move.id)
        wizard = wizard.create({"reason": "I may"})
        with self.assertRaises(AccessError):
            wizard.with_user(self.biller).sudo().action_post()
        self.assertFalse(move.billing_override_ids)

    def test_override_in_another_company(self):
        """An approver of another company neither reads nor accepts anything."""
        move = self.make_wrong()
        move.action_billing_check()
        stranger = self.make_user("stranger", APPROVER)
        other = self.company_data_2["company"]
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        wizard = self.env["billing.post.anyway"].with_user(stranger)
        wizard = wizard.create({"move_id": move.id, "reason": "I may"})
        with self.assertRaises(AccessError):
            self.assertFalse(wizard.errors)
        with self.assertRaises(AccessError):
            wizard.action_post()

    def test_override_needs_a_reason(self):
        """Blanks are no reason."""
        with self.assertRaises(UserError):
            self.post_anyway(self.make_wrong(), reason="  ")

    def test_override_is_for_good(self):
        """Nobody changes or deletes it, not even the program."""
        move = self.make_wrong()
        self.post_anyway(move)
        override = move.billing_override_ids
        with self.assertRaises(AccessError):
            override.reason = "Other"
        with self.assertRaises(UserError):
            override.unlink()
        with self.assertRaises(AccessError):
            override.with_user(self.approver).unlink()

    def test_no_override_by_script(self):
        """Nobody says of himself that an approver accepted it."""
        move = self.make_wrong()
        move.action_billing_check()
        finding = move.billing_finding_ids[0]
        for user in (self.biller, self.approver):
            with self.assertRaises(AccessError):
                finding.with_user(user).is_accepted = True
            with self.assertRaises(AccessError):
                self.env["billing.override"].with_user(user).create(
                    {"move_id": move.id, "reason": "x", "codes": "price_differs"}
                )
            with self.assertRaises(AccessError):
                move.with_user(user).billing_is_automatic = True
