from unittest import TestCase

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..shared.users import find_or_make
from .common import BankingCommon

BUTTONS = ("apply", "apply_certain", "not_this", "others", "undo", "look_again")


@tagged("post_install", "-at_install")
class TestBankingRights(BankingCommon):
    """Who may say what bank lines pay, also by scripts, and in which company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asker = cls.make_user("asker", "billing_group_user")
        cls.plain = cls.make_user_of("banking_plain", "")
        cls.reader = cls.make_user_of(
            "banking_reader", "account.group_account_readonly"
        )
        other = cls.company_data_2["company"].with_env(cls.su)
        cls.stranger = find_or_make(
            cls.su,
            "banking_stranger",
            "coopcycle_magento.billing_group_manager",
            other,
        )

    def refused(self):
        """Expect a refusal before anything is written: it needs no savepoint."""
        return TestCase.assertRaises(self, UserError)

    def test_others_do_nothing(self):
        """4.94: by no button and by no script does another one apply anything."""
        move = self.owe(30.0)
        line = self.receive(30.0, move.name, "Customer")
        self.suggest()
        match = line.billing_match_id
        for user in (self.asker, self.plain, self.reader, self.stranger):
            for button in BUTTONS:
                with self.subTest(user=user.login, button=button), self.refused():
                    getattr(line.with_user(user), f"action_billing_{button}")()
            for method in ("action_apply", "action_reject"):
                with self.subTest(user=user.login, method=method), self.refused():
                    getattr(match.with_user(user), method)()
        for user in (self.plain, self.stranger):
            with self.subTest(user=user.login), self.refused():
                match.with_user(user).give_feedback("right")
        self.assertEqual(match.state, "suggested")
        self.assertFalse(line.is_reconciled)

    def test_nobody_forges(self):
        """4.94: nor writes a suggestion, a memory or a key; a manager sets banks."""
        move = self.owe(30.0)
        line = self.receive(30.0, move.name, "Customer")
        self.suggest()
        match = line.billing_match_id
        for user in (self.approver, self.manager):
            with self.assertRaises(AccessError):
                match.with_user(user).write({"confidence": "certain"})
            with self.assertRaises(AccessError):
                match.part_ids.with_user(user).write({"amount": 1})
            with self.assertRaises(AccessError):
                line.with_user(user).write({"billing_key": "x"})
            with self.assertRaises(AccessError):
                self.su["billing.match.memory"].with_user(user).create(
                    {
                        "company_id": self.company.id,
                        "key": "X",
                        "partner_id": self.customer.id,
                    }
                )
        banks = self.su["billing.bank"]
        vals = {"journal_id": self.bank.id, "match_mode": "apply"}
        for user in (self.approver, self.asker, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                banks.with_user(user).create(vals)
        bank = banks.with_user(self.manager).create(vals)
        with self.assertRaises(AccessError):
            bank.with_user(self.approver).match_mode = "suggest"

    def test_other_company(self):
        """What belongs to another company is neither suggested, nor seen, nor paid."""
        theirs = self.company_data_2["company"].with_env(self.su)
        move = self.owe(30.0)
        journal = self.company_data_2["default_journal_bank"].with_env(self.su)
        lines = self.su["account.bank.statement.line"].with_company(theirs)
        line = lines.create(
            {
                "journal_id": journal.id,
                "date": self.today,
                "amount": 30.0,
                "payment_ref": move.name,
                "partner_name": "Customer",
            }
        )
        self.su["billing.operation"]._suggest_now(theirs)
        self.assertEqual(line.billing_match_state, "none")
        with self.refused():
            self.by_approver(line).action_billing_apply()
        with self.refused():
            self.wizard(b"x", journal_id=journal.id).action_import()
        with self.refused():
            self.su["billing.bank.line"].with_user(self.approver).create(
                {"journal_id": journal.id, "amount": 1, "text": "x"}
            ).action_create()

    def test_branch(self):
        """A branch's invoice is paid at the bank above it, by who sees it."""
        branch = self.su["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        journal = self.sales.with_env(self.su).copy(
            {
                "company_id": branch.id,
                "code": "BRA",
                "name": "Branch",
                "default_account_id": self.sales.default_account_id.id,
            }
        )
        customer = self.customer.with_company(branch)
        customer.property_account_receivable_id = self.receivable
        move = self.owe(30.0, journal_id=journal.id, company_id=branch.id)
        line = self.receive(30.0, move.name, "Customer")
        self.suggest()
        self.assertEqual(line.billing_match_state, "certain")
        with self.assertRaises(AccessError):
            self.press(line, "apply")
        both = self.company | branch
        user = find_or_make(
            self.su, "banking_both", "coopcycle_magento.billing_group_approver", both
        )
        shown = line.with_user(user).with_context(allowed_company_ids=both.ids)
        shown.action_billing_apply()
        self.assertEqual(move.payment_state, "paid")

    def test_certain_once(self):
        """4.94: what is certain at another company's bank is not so at ours, too."""
        move = self.owe(30.0)
        line = self.receive(30.0, move.name, "Customer")
        theirs = self.company_data_2["company"].with_env(self.su)
        journal = self.company_data_2["default_journal_bank"].with_env(self.su)
        other = line.with_company(theirs).create(
            {"journal_id": journal.id, "amount": 30.0, "payment_ref": move.name}
        )
        common = {"company_id": theirs.id, "currency_id": self.currency.id}
        match = self.su["billing.match"].create(
            {
                **common,
                "statement_line_id": other.id,
                "confidence": "certain",
                "kind": "exact",
                "part_ids": [
                    Command.create({**common, "item_id": self.items(move).id})
                ],
            }
        )
        self.suggest()
        self.assertEqual(line.billing_match_state, "likely")
        match.state = "rejected"
        self.suggest()
        self.assertEqual(line.billing_match_state, "certain")

    def test_journal_without_bank(self):
        """No line comes in where there is no bank."""
        for journal in (self.sales, self.company_data["default_journal_sale"]):
            wizard = (
                self.su["billing.bank.line"]
                .with_user(self.approver)
                .create({"journal_id": journal.id, "amount": 1, "text": "x"})
            )
            with self.assertRaises(UserError):
                wizard.action_create()
