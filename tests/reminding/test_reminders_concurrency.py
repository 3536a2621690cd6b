from datetime import timedelta
from unittest import skipUnless
from uuid import uuid4

from psycopg2 import errors

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.reminding.billing_operation import INDEXES
from ...models.reminding.holding import Shops
from ...models.shared.running import is_conflict
from ..sending.smtp_server import MISSING, Controller, prepare_mail_server, serve
from ..shared.invoices import prepare_invoice
from ..shared.two_cursors import BEGINS_ANEW, WAITS, TwoCursorsCase
from ..shared.versions import as_in_production

SETTINGS = ("billing_bank_days", "billing_remind")


@tagged("post_install", "-at_install")
class TestRemindersConcurrency(TwoCursorsCase):
    """Several processes and people at one customer, who is reminded once."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_two()
        self.begin(self.one)
        self.begin(self.other)

    def plant(self, env):
        """Commit an overdue invoice whose reminder is to be sent."""
        company = env.company
        self.settings = {name: company[name] for name in SETTINGS}
        company.write({"billing_bank_days": 0, "billing_remind": "propose"})
        code = uuid4().hex[:6].upper()
        income, receivable = self.make_accounts(env, code)
        journal = self.make_journal(env, code, income)
        partner = self.make(
            env["res.partner"],
            {
                "name": code,
                "email": f"{code}@example.com",
                "property_account_receivable_id": receivable.id,
            },
        )
        day = fields.Date.today() - timedelta(days=10)
        moves = env["account.move"].create(
            [
                prepare_invoice(
                    partner,
                    price,
                    move_type=kind,
                    journal_id=journal.id,
                    invoice_date=day,
                    invoice_date_due=day,
                )
                for kind, price in (("out_invoice", 10), ("out_refund", 4))
            ]
        )
        moves[0].action_post()
        moves.billing_sent_otherwise = "By hand"
        moves[0]._portal_ensure_token()
        self.ids = {"partner": partner.id, "moves": moves.ids}
        letters = self.letters(env)
        reminder = env["billing.reminder"]._propose(letters)
        reminder.state = "queued"
        self.ids["reminder"] = reminder.id

    def clear_away(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            env.company.write(self.settings)
            partner = env["res.partner"].browse(self.ids["partner"])
            reminders = env["billing.reminder"].search(
                [("partner_id", "=", partner.id)]
            )
            messages = reminders.message_ids
            env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
            reminders.unlink()
            moves = env["account.move"].browse(self.ids["moves"])
            moves.line_ids.remove_move_reconcile()
            self.delete(env, account_move=moves.ids)

    def begin(self, env):
        """Begin anew: what others have committed is seen from now on."""
        self.begin_anew(env)
        return self.reminder(env).state

    def letters(self, env):
        reminders = env["billing.reminder"]
        shops = Shops(env)
        batch = reminders._make_batch(env.company, shops, [self.ids["partner"]])
        batch.examine()
        return batch.letters

    def reminder(self, env):
        return env["billing.reminder"].browse(self.ids["reminder"])

    def claim(self, env):
        operation = env["billing.operation"].new({"company_id": env.company.id})
        reminders = env["billing.reminder"].search(
            [("partner_id", "=", self.ids["partner"])]
        )
        return operation._claim_reminder(reminders.ids)

    def send(self, env):
        reminder = self.claim(env)
        reminder._send(Shops(env))
        env.flush_all()

    def commit(self, env):
        """Commit without mailing: nobody is there to take it."""
        env.cr.postcommit.clear()
        env.cr.commit()

    def test_two_workers(self):
        """What one worker is at, another leaves alone, and finds gone later."""
        self.send(self.one)
        self.assertFalse(self.claim(self.other))
        self.commit(self.one)
        self.begin(self.other)
        self.assertFalse(self.claim(self.other))
        reminder = self.reminder(self.other)
        self.assertTrue(reminder.message_id)
        self.assertEqual(reminder.line_ids.mapped("is_live"), [True])

    def test_two_letters_of_a_customer(self):
        """Two letters of a customer go side by side: each level is reached once."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            line = self.reminder(env).line_ids
            asking = self.reminder(env).copy({"action": "activity", "state": "queued"})
            line.copy({"reminder_id": asking.id})
        self.begin(self.one)
        self.begin(self.other)
        self.send(self.one)
        asking = self.claim(self.other)
        self.assertEqual(asking.action, "activity")
        with self.assertRaises(WAITS):
            asking.line_ids.is_live = True
            self.other.flush_all()
        self.commit(self.one)
        self.begin(self.other)
        with self.assertRaises(errors.UniqueViolation) as caught:
            self.claim(self.other).line_ids.is_live = True
            self.other.flush_all()
        self.assertTrue(is_conflict(caught.exception, INDEXES))

    def test_credited_while_sent(self):
        """What is credited in the instant of sending is not asked for."""
        self.begin(self.one)
        moves = self.other["account.move"].browse(self.ids["moves"])
        moves[1].action_post()
        lines = moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.commit(self.other)
        with self.assertRaises(BEGINS_ANEW):
            self.send(self.one)
        self.begin(self.one)
        self.send(self.one)
        self.assertEqual(self.reminder(self.one).amount_total, 6)

    def test_cancelled_while_sent(self):
        """Who cancels what is just being sent begins again, and is told."""
        self.send(self.one)
        with self.assertRaises(WAITS):
            self.reminder(self.other)._cancel()
            self.other.flush_all()
        self.begin(self.other)

    def test_once_for_each_level(self):
        """The database refuses to remind of an invoice twice at one level."""
        self.send(self.one)
        line = self.reminder(self.one).line_ids
        vals = {
            "reminder_id": line.reminder_id.id,
            "company_id": line.company_id.id,
            "move_id": line.move_id.id,
            "is_live": True,
        }
        line.create({**vals, "level": 0})
        line.create({**vals, "level": 2})
        with self.assertRaises(errors.UniqueViolation) as caught:
            line.create({**vals, "level": 1})
        self.assertTrue(is_conflict(caught.exception, INDEXES))

    def test_proposed_by_two(self):
        """Who proposes what another one is just proposing begins again."""
        with self.registry.cursor() as cr:
            self.reminder(self.environment(cr)).unlink()
        letters = {}
        for env in (self.one, self.other):
            self.begin_now(env)
            letters[env] = self.letters(env)
        self.one["billing.reminder"]._propose(letters[self.one])
        self.one.flush_all()
        with self.assertRaises(WAITS):
            self.other["billing.reminder"]._propose(letters[self.other])
        self.begin_now(self.other)
        letters[self.other] = self.letters(self.other)
        self.commit(self.one)
        with self.assertRaises(errors.UniqueViolation) as caught:
            self.other["billing.reminder"]._propose(letters[self.other])
        self.assertTrue(is_conflict(caught.exception, INDEXES))

    @skipUnless(Controller, MISSING)
    def test_mail_server_hangs_up(self):
        """What was committed stays, the run goes on, and Odoo's queue tries again."""
        with serve() as (server, port), self.registry.cursor() as cr:
            env = self.environment(cr)
            self.make(env["ir.mail_server"], prepare_mail_server(port))
            env.cr.commit()
            server.hangs_up = True
            operation = env["billing.operation"]._get(env.company, "send_reminders")
            with as_in_production(), mute_logger("odoo.addons.mail.models.mail_mail"):
                log = operation._run_logged("schedule")
            reminder = self.reminder(env)
            self.assertEqual(log.state, "done", log.line_ids.mapped("message"))
            self.assertEqual(reminder.state, "queued")
            self.assertTrue(reminder._find_waiting_mails())
            self.made += [(each._name, each.id) for each in (operation, log)]

    def begin_now(self, env):
        """Begin anew, with the view of now, where there may be no reminder."""
        self.begin_anew(env)
        env.cr.execute("SELECT 1 FROM res_users LIMIT 1")
