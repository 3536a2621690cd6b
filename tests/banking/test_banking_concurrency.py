from datetime import timedelta
from uuid import uuid4

from psycopg2 import errors

from odoo import Command, fields
from odoo.tests import tagged

from ...models.banking.extends.account_bank_statement_line import KEY_INDEX
from ...models.shared.running import is_conflict
from ...models.shared.running.transaction import lock_rows
from ..shared.invoices import prepare_invoice
from ..shared.two_cursors import BEGINS_ANEW, WAITS, TwoCursorsCase


@tagged("post_install", "-at_install")
class TestBankingConcurrency(TwoCursorsCase):
    """Several people and processes at one bank line: it pays once."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_two()
        self.begin(self.one)
        self.begin(self.other)

    def plant(self, env):
        """Commit an invoice, and two bank lines that may pay it."""
        code = uuid4().hex[:6].upper()
        income, receivable = self.make_accounts(env, code)
        journal = self.make_journal(env, code, income)
        asset = self.make(
            env["account.account"],
            {"name": code, "code": f"A{code}", "account_type": "asset_cash"},
        )
        suspense = self.make(
            env["account.account"],
            {"name": code, "code": f"S{code}", "account_type": "asset_current"},
        )
        bank = self.make(
            env["account.journal"],
            {
                "name": code,
                "code": f"B{code[:4]}",
                "type": "bank",
                "default_account_id": asset.id,
                "suspense_account_id": suspense.id,
            },
        )
        partner = self.make(
            env["res.partner"],
            {"name": code, "property_account_receivable_id": receivable.id},
        )
        day = fields.Date.today() - timedelta(days=5)
        move = env["account.move"].create(
            prepare_invoice(partner, journal_id=journal.id, invoice_date=day)
        )
        move.action_post()
        lines = env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": bank.id,
                    "amount": 10,
                    "payment_ref": f"{move.name} {number}",
                    "partner_name": code,
                }
                for number in range(2)
            ]
        )
        env.flush_all()
        item = move.line_ids.filtered(lambda each: each.account_id == receivable)
        matches = env["billing.match"].create(
            [
                {
                    "statement_line_id": line.id,
                    "company_id": env.company.id,
                    "currency_id": line.currency_id.id,
                    "rank": 1,
                    "score": 100,
                    "confidence": "certain",
                    "kind": "exact",
                    "partner_id": partner.id,
                    "open_amount": 10,
                    "amount": 10,
                    "part_ids": [
                        Command.create(
                            {
                                "company_id": env.company.id,
                                "currency_id": line.currency_id.id,
                                "item_id": item.id,
                                "amount": 10,
                            }
                        )
                    ],
                }
                for line in lines
            ]
        )
        self.ids = {
            "move": move.id,
            "lines": lines.ids,
            "matches": matches.ids,
            "bank": bank.id,
            "partner": partner.id,
        }

    def clear_away(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            lines = env["account.bank.statement.line"].search(
                [("journal_id", "=", self.ids["bank"])]
            )
            moves = lines.move_id | env["account.move"].browse(self.ids["move"])
            moves.line_ids.remove_move_reconcile()
            env["billing.match.memory"].search(
                [("partner_id", "=", self.ids["partner"])]
            ).unlink()
            for model, name in (
                ("integration.process.log", "operation"),
                ("billing.operation", "code"),
            ):
                env[model].search([(name, "=", "suggest_matches")]).unlink()
            self.delete(env, account_move=moves.ids)

    def begin(self, env):
        """Begin anew: what others have committed is seen from now on."""
        self.begin_anew(env)
        return self.move(env).amount_residual

    def move(self, env):
        return env["account.move"].browse(self.ids["move"])

    def match(self, env, place=0):
        return env["billing.match"].browse(self.ids["matches"][place])

    def apply(self, env, place=0):
        why = self.match(env, place)._apply()
        env.flush_all()
        return why

    def test_same_line_by_two(self):
        """4.94: two people press *Apply* on one line: the second one is told."""
        self.assertFalse(self.apply(self.one))
        with self.assertRaises(WAITS):
            self.apply(self.other)
        self.one.cr.commit()
        self.begin(self.other)
        self.assertTrue(self.apply(self.other))
        partials = self.move(self.other).line_ids.matched_credit_ids
        self.assertEqual(len(partials), 1)

    def test_same_invoice_by_two(self):
        """4.94: two lines for one invoice: the second one finds it paid."""
        self.assertFalse(self.apply(self.one, 0))
        with self.assertRaises(WAITS):
            self.apply(self.other, 1)
        self.one.cr.commit()
        self.begin(self.other)
        self.assertTrue(self.apply(self.other, 1))
        self.assertEqual(self.match(self.other, 1).state, "stale")

    def test_locked_first(self):
        """4.94: whoever applies locks the line and what it pays before all else."""
        self.match(self.one)._lock()
        for records in (
            self.match(self.other).statement_line_id,
            self.match(self.other, 1).part_ids.item_id,
        ):
            with self.assertRaises(WAITS), self.other.cr.savepoint():
                lock_rows(records)

    def test_paid_in_the_instant(self):
        """4.94: what somebody pays between looking and applying begins anew."""
        move = self.move(self.other)
        self.begin(self.one)
        lines = self.other["account.bank.statement.line"].browse(self.ids["lines"])
        suspense = lines[1].line_ids - lines[1]._seek_for_lines()[0]
        item = move.line_ids.filtered(lambda each: each.amount_residual)
        suspense.account_id = item.account_id
        (suspense + item).reconcile()
        self.other.flush_all()
        self.other.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.apply(self.one)
        self.begin(self.one)
        self.assertIn(move.name, self.apply(self.one))

    def test_claimed_once(self):
        """4.40: of two processes that apply, each takes another line."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            for place in (0, 1):
                self.match(env, place).asked_user_id = env.user
        taken = []
        for env in (self.one, self.other):
            self.begin(env)
            operation = env["billing.operation"].new({"company_id": env.company.id})
            taken.append(operation._claim_match().id)
        self.assertEqual(sorted(taken), sorted(self.ids["matches"]))

    def test_first_look_of_two(self):
        """Of a company's first two files, imported at once, both are looked at."""
        operations = self.one["billing.operation"]
        domain = [("code", "=", "suggest_matches")]
        self.assertFalse(self.other["billing.operation"].search(domain))
        operations._get(self.one.company, "suggest_matches")
        self.one.cr.commit()
        self.other["billing.operation"]._suggest_now(self.other.company)
        self.begin(self.one)
        logs = self.one["integration.process.log"].search(
            [("operation", "=", "suggest_matches")]
        )
        self.assertEqual(logs.mapped("state"), ["done"])

    def test_same_file_by_two(self):
        """The database refuses the same line twice, whoever imports it."""
        vals = {
            "journal_id": self.ids["bank"],
            "amount": 5,
            "payment_ref": "x",
            "billing_key": f"{self.ids['bank']}:same",
        }
        self.one["account.bank.statement.line"].create(vals)
        self.one.flush_all()
        self.begin(self.other)
        self.one.cr.commit()
        with self.assertRaises(errors.UniqueViolation) as caught:
            self.other["account.bank.statement.line"].create(vals)
            self.other.flush_all()
        self.assertTrue(is_conflict(caught.exception, (KEY_INDEX,)))
