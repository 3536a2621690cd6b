from odoo import Command
from odoo.tests import new_test_user, tagged

from ..shared.versions import lower_tax
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingEdited(BillingCommon):
    """Whatever is changed of a draft, and by whatever way, is seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(review_above=100)
        cls.biller = new_test_user(
            cls.su,
            login="biller",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        order = cls.sell(30)
        cls.deliver(order)
        cls.run_drafts()
        cls.decision = cls.decisions(order)
        cls.move = cls.decision.move_id.with_user(cls.biller)

    def assert_seen(self, *words):
        self.decision._note_changes()
        self.assertTrue(self.decision.was_changed)
        self.assertEqual(self.decision.editor_ids, self.biller)
        for word in words:
            self.assertIn(word, self.decision.changes)

    def test_bank_account(self):
        """To whom the customer shall pay."""
        self.move.sudo().partner_bank_id = self.su["res.partner.bank"].create(
            {"acc_number": "THIEF", "partner_id": self.company.partner_id.id}
        )
        self.assert_seen("THIEF")

    def test_credit_note(self):
        """That it is a credit note now."""
        self.move.action_switch_move_type()
        self.assertEqual(self.move.move_type, "out_refund")
        self.assert_seen("Customer Credit Note")

    def test_due_date(self):
        """When it is due, where no payment term says so."""
        self.move.invoice_date_due = "2099-01-01"
        self.assert_seen("2099-01-01")

    def test_tax_amount(self):
        """A tax that is written into the totals."""
        self.move.tax_totals = lower_tax(self.move.tax_totals)
        self.assert_seen("Total")

    def test_line_of_another_invoice(self):
        """A line that is moved in from elsewhere."""
        other = self.su["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 9})],
            }
        )
        other.invoice_line_ids.with_user(self.biller).move_id = self.move
        self.assertEqual(self.decision.editor_ids, self.biller)
