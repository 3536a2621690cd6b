from odoo.tests import tagged

from ..unit.banking.bank_files import camt, detail, entry, statement
from .common import IBAN, BankingCommon


@tagged("post_install", "-at_install")
class TestBankingApply(BankingCommon):
    """From a bank's file to invoices that are paid, and back."""

    def test_file_to_paid(self):
        """4.38: a file comes in, its line finds its invoice, is applied, and undone."""
        move = self.owe(120.0)
        day = self.today.isoformat()
        content = camt(
            statement(entry(day=day, details=detail(move.name, "Customer")))
        ).replace(b"EUR", self.currency.name.encode())
        wizard = self.wizard(content)
        wizard.action_read()
        self.assertFalse(wizard.problem)
        self.assertEqual((wizard.new_count, wizard.known_count), (1, 0))
        wizard.action_import()
        [line] = self.lines()
        self.assertEqual(line.amount, 120)
        self.assertEqual(line.partner_name, "Customer")
        shown = self.by_approver(line)
        self.assertEqual(shown.billing_match_state, "certain")
        self.assertIn(move.name, shown.billing_suggestion)
        self.assertIn(move.name.replace("/", ""), shown.billing_why)
        self.press(line, "apply")
        self.assertEqual(move.payment_state, "paid")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual(shown.billing_match_state, "applied")
        self.press(line, "undo")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.partner_id)
        self.assertEqual(shown.billing_match_state, "certain")
