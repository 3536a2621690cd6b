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
        shown.action_billing_undo()
        shown._billing_ask(line)
        self.su["billing.operation"]._cron_run("apply_matches")
        self.assertEqual(move.payment_state, "paid", "it goes on as who asked")

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

    def test_words_of_judges(self):
        """What somebody says of a match is kept as it can be, and must make sense."""
        line = self.receive(30.0, self.owe(30.0).name, "Customer")
        self.suggest()
        match = self.by_approver(line).billing_match_id
        match.give_feedback("wrong", "other", "No\x00thing \ud800")
        self.assertEqual(match.feedback_note, "Nothing")
        for words in (("wrong", ["other"]), ("wrong", {}), (["right"], None)):
            with self.subTest(words), self.assertRaises(UserError):
                match.give_feedback(*words)

    def test_search_for_anything(self):
        """Lines are found by how sure they are, and by nothing that is none of it."""
        lines = self.by_approver(self.receive(30.0, "Thanks", "Somebody"))
        for value in ("a\x00b", "x", None):
            with self.subTest(value):
                domain = [("billing_match_state", "in", [value, "weak"])]
                self.assertFalse(lines.search(domain))
        domain = [("billing_match_state", "=", "none")]
        self.assertEqual(lines.search(domain) & lines, lines)

    def test_brought_along(self):
        """No context and no default of a user brings values where nobody may write."""
        content = b"Date;Amount;Name\n2026-10-05;12.5;Ann\n"
        wizard = self.wizard(content).with_context(default_match_mode="apply")
        self.su["ir.default"].with_user(self.approver).set(
            "billing.bank", "charges_account_id", self.receivable.id, user_id=True
        )
        wizard.action_read()
        wizard.action_import()
        bank = self.su["billing.bank"]._find(self.bank)
        self.assertEqual(bank.match_mode, "suggest")
        self.assertFalse(bank.charges_account_id)
        account = self.sales.default_account_id
        items = [
            Command.create({"account_id": account.id, "balance": balance})
            for balance in (70, -70)
        ]
        along = {
            "default_line_ids": items,
            "default_partner_id": self.customer.id,
            "default_tax_ids": [Command.set(account.tax_ids.ids)],
            "default_is_scheduled": False,
            "default_move_type": "out_invoice",
        }
        asked = self.su["billing.bank.line"].with_user(self.approver)
        asked = asked.create({"journal_id": self.bank.id, "amount": 7, "text": "x"})
        asked.with_context(**along).action_create()
        line = self.lines()[-1]
        self.assertEqual(len(line.line_ids), 2)
        self.assertFalse(line.partner_id)
        operation = self.su["billing.operation"]._get(self.company, "suggest_matches")
        self.assertTrue(operation.is_scheduled)
        tax = self.company.account_sale_tax_id
        move = self.owe(30.0)
        paid = self.receive(30.0, move.name, "Customer")
        self.suggest()
        self.by_approver(paid).with_context(
            default_tax_ids=[Command.set(tax.ids)], default_name="Forged"
        ).action_billing_apply()
        self.assertFalse(paid.line_ids.tax_ids)
        self.assertNotIn("Forged", paid.line_ids.mapped("name"))

    def test_own_questions(self):
        """Nobody reads the bank's file of another user, of whichever company."""
        wizard = self.wizard(b"Date;Amount;Name\n2026-10-05;12.5;Ann\n")
        wizard.action_read()
        line = self.receive(30.0, "Thanks", "Somebody")
        asked = self.press(line, "choose")
        choice = self.su[asked["res_model"]].browse(asked["res_id"])
        for user in (self.stranger, self.manager):
            for record in (wizard, wizard.line_ids, wizard.column_ids, choice):
                theirs = record.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                )
                with self.subTest(record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        theirs.read()
                    self.assertFalse(theirs.search([("id", "in", record.ids)]))

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
