from datetime import timedelta

from odoo.tests import tagged

from .common import BankingCommon


@tagged("post_install", "-at_install")
class TestBankingCurrencies(BankingCommon):
    """4.39: what is paid in another currency: all are paid, and entries balanced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.su.ref("base.EUR")
        if other == cls.currency:
            other = cls.su.ref("base.USD")
        other.active = True
        rates = cls.su["res.currency.rate"]
        rates.search([("currency_id", "=", other.id)]).unlink()
        rates.create(
            [
                {
                    "currency_id": other.id,
                    "company_id": cls.company.id,
                    "name": cls.today - timedelta(days=days),
                    "rate": rate,
                }
                for days, rate in ((30, 2.0), (1, 1.6))
            ]
        )
        cls.other = other
        cls.abroad = cls.bank.copy(
            {"currency_id": other.id, "name": "Other", "code": "OTH"}
        )

    def owe_theirs(self, amount=100.0, **vals):
        return self.owe(amount, currency_id=self.other.id, **vals)

    def apply(self, line):
        self.suggest()
        self.press(line, "apply")
        balance = sum(line.line_ids.mapped("balance"))
        self.assertTrue(self.currency.is_zero(balance))

    def test_bank_abroad(self):
        """A bank in another currency pays invoices in it; rates make a gain."""
        move, also = self.owe_theirs(), self.owe_theirs(33.33)
        text = f"{move.name}, {also.name}"
        line = self.receive(133.33, text, "Customer", journal_id=self.abroad.id)
        self.apply(line)
        self.assertTrue(line.is_reconciled)
        self.assertFalse(move.amount_residual)
        self.assertFalse(also.amount_residual)
        exchange = self.items(move).matched_credit_ids.exchange_move_id
        self.assertEqual(exchange.line_ids.filtered("credit").credit, 12.5)
        self.press(line, "undo")
        self.assertEqual(move.amount_residual, 100)

    def test_exchanged_by_the_bank(self):
        """A line of which the bank has exchanged the amount pays in theirs."""
        move = self.owe_theirs()
        line = self.receive(
            60.0,
            move.name,
            "Customer",
            foreign_currency_id=self.other.id,
            amount_currency=100.0,
        )
        self.apply(line)
        self.assertTrue(line.is_reconciled)
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        exchange = self.items(move).matched_credit_ids.exchange_move_id
        self.assertEqual(exchange.line_ids.filtered("credit").credit, 10)

    def test_too_much_and_charges_abroad(self):
        """What is left of a line in another currency has its part of the balance."""
        move, other = self.owe_theirs(), self.owe_theirs(200.0)
        line = self.receive(160.0, move.name, "Customer", journal_id=self.abroad.id)
        self.apply(line)
        self.assertFalse(line.is_reconciled)
        rest = line._seek_for_lines()[1]
        self.assertEqual((rest.amount_currency, rest.balance), (-60, -37.5))
        account = self.keep_charges(self.abroad)
        kept = self.receive(197.0, other.name, "Customer", journal_id=self.abroad.id)
        self.apply(kept)
        [charges] = kept.line_ids.filtered(lambda each: each.account_id == account)
        self.assertEqual(charges.amount_currency, 3)
        self.assertAlmostEqual(charges.balance, 1.88)
        self.assertTrue(kept.is_reconciled)
        self.assertFalse(other.amount_residual)

    def test_discount_abroad(self):
        """A discount for early payment is booked at the line's rate."""
        move = self.owe_theirs(days_ago=2, invoice_payment_term_id=self.make_early().id)
        line = self.receive(98.0, move.name, "Customer", journal_id=self.abroad.id)
        self.apply(line)
        self.assertTrue(line.is_reconciled)
        self.assertFalse(move.amount_residual)
        loss = self.company.account_journal_early_pay_discount_loss_account_id
        [booked] = line.line_ids.filtered(lambda each: each.account_id == loss)
        self.assertEqual(booked.amount_currency, 2)

    def test_nothing_of_another_currency(self):
        """A line pays nothing that is open in another currency."""
        move = self.owe_theirs()
        line = self.receive(50.0, move.name, "Customer")
        self.suggest()
        self.assertFalse(line.billing_match_ids)
