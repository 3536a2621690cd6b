from unittest import skipUnless
from unittest.mock import patch
from uuid import uuid4

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.shared.running import Lock
from ..shared.invoices import prepare_invoice
from ..shared.two_cursors import BEGINS_ANEW, WAITS, TwoCursorsCase
from ..shared.versions import as_in_production
from .common import mails_wait
from .smtp_server import MISSING, Controller, prepare_mail_server, serve


@tagged("post_install", "-at_install")
class TestSendingConcurrency(TwoCursorsCase):
    """Two processes send for one company: each invoice goes once, in one chain."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_two()

    def plant(self, env):
        """Commit two invoices that wait for being sent."""
        code = uuid4().hex[:6].upper()
        income, receivable = self.make_accounts(env, code)
        journal = self.make_journal(env, code, income)
        # The first mail to a customer writes something of them, which others wait for
        partners = [
            self.make(
                env["res.partner"],
                {
                    "name": code,
                    "email": "customer@example.com",
                    "property_account_receivable_id": receivable.id,
                },
            )
            for _number in range(2)
        ]
        moves = env["account.move"].create(
            [prepare_invoice(partner, journal_id=journal.id) for partner in partners]
        )
        moves.action_post()
        moves.action_billing_send()
        self.ids = moves.ids

    def clear_away(self):
        """Take all away, also what nobody may delete."""
        for env in (self.one, self.other):
            env.cr.rollback()
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            dispatches = self.dispatches(env)
            files = dispatches.archived_file_ids
            attachments = files.attachment_id
            logs = env["integration.process.log"].search(
                [("operation", "in", ("send_invoices", "verify_archive"))]
            )
            logs.unlink()
            env["mail.message"].search(
                [("model", "=", "account.move"), ("res_id", "in", self.ids)]
            ).unlink()
            self.delete(
                env,
                billing_archived_file=files.ids,
                ir_attachment=attachments.ids,
                billing_dispatch=dispatches.ids,
                account_move=self.ids,
            )

    # What they share

    def dispatches(self, env):
        return env["billing.dispatch"].search([("move_id", "in", self.ids)], order="id")

    def operation(self, env):
        company = env.ref("base.main_company")
        return env["billing.operation"]._get(company, "send_invoices")

    def claim(self, env):
        return self.operation(env)._claim_dispatch()

    def send(self, env):
        """Send the next one, and leave the transaction open; return it."""
        dispatch = self.claim(env)
        dispatch._send()
        env.flush_all()
        return dispatch

    def start_both(self):
        for env in (self.one, self.other):
            self.begin_anew(env)
            self.operation(env)
            env.cr.commit()
            self.begin_anew(env)

    def test_side_by_side(self):
        """While one sends, the other sends the next one, and waits for nobody."""
        self.start_both()
        first = self.send(self.one)
        second = self.send(self.other)
        self.assertEqual([first.id, second.id], self.dispatches(self.one).ids)
        self.one.cr.commit()
        self.other.cr.commit()
        self.begin_anew(self.one)
        self.assertFalse(self.claim(self.one))
        for dispatch in self.dispatches(self.one):
            self.assertEqual(dispatch.attempt_count, 1)
            self.assertEqual(len(dispatch.archived_file_ids), 1)

    def test_runs_side_by_side(self):
        """A run does not wait for another one of the same company."""
        self.start_both()
        running = Lock(self.operation(self.one), "alone")
        self.assertTrue(running.take())
        self.operation(self.other)._run()
        running.give_back()
        states = self.dispatches(self.other).mapped("state")
        self.assertFalse(set(states) & {"queued", "failed"}, states)

    def test_never_twice(self):
        """Who still sees as waiting what another has sent begins anew."""
        self.start_both()
        self.assertEqual(len(self.dispatches(self.other)), 2)  # its view is as of now
        first = self.send(self.one)
        self.one.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.claim(self.other)
        self.begin_anew(self.other)
        self.assertNotEqual(self.send(self.other).id, first.id)

    def test_queued_twice(self):
        """Two people send the same invoices at once: the second one begins anew."""
        query = "DELETE FROM billing_dispatch WHERE id = ANY(%s)"
        self.one.cr.execute(query, [self.dispatches(self.one).ids])
        self.one.cr.commit()
        for env in (self.one, self.other):
            self.begin_anew(env)
            self.assertFalse(self.dispatches(env))  # its view is as of now
        self.one["account.move"].browse(self.ids).action_billing_send()
        self.one.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.other["account.move"].browse(self.ids).action_billing_send()
        self.begin_anew(self.other)
        self.other["account.move"].browse(self.ids).action_billing_send()
        self.assertEqual(len(self.dispatches(self.other)), 2)

    @skipUnless(Controller, MISSING)
    def test_mail_server_hangs_up(self):
        """What was committed stays so, the others go, and Odoo's queue tries again."""
        with serve() as (server, port), self.registry.cursor() as cr:
            env = self.environment(cr)
            self.make(env["ir.mail_server"], prepare_mail_server(port))
            env.cr.commit()
            server.hangs_up = True
            with as_in_production(), mute_logger("odoo.addons.mail.models.mail_mail"):
                log = self.operation(env)._run_logged("schedule")
            dispatches = self.dispatches(env)
            self.assertEqual((log.state, log.done_count), ("done", 2))
            self.assertEqual(len(log.line_ids), 2)
            self.assertEqual(set(dispatches.mapped("state")), {"mailed"})
            mails = env["mail.mail"].search(
                [("mail_message_id", "in", dispatches.message_id.ids)]
            )
            self.assertEqual(mails.mapped("state"), ["outgoing"] * 2)
            server.hangs_up = False
            with as_in_production():
                mails.send()
            env.flush_all()
            cr.precommit.run()
            self.assertEqual(set(dispatches.mapped("state")), {"sent"})
            self.assertEqual(len(server.mails), 2)

    @skipUnless(Controller, MISSING)
    def test_opened_while_it_is_mailed(self):
        """A conflict comes before the server has the mail, which goes once."""
        self.start_both()
        with mails_wait(self.one):
            dispatch = self.send(self.one)
        self.one.cr.commit()
        with serve() as (server, port), as_in_production():
            with self.registry.cursor() as cr:
                self.make(
                    self.environment(cr)["ir.mail_server"], prepare_mail_server(port)
                )
            self.begin_anew(self.one)
            mail = self.one["mail.mail"].search(
                [("mail_message_id", "=", dispatch.message_id.id)]
            )
            self.assertEqual(mail.state, "outgoing")  # its view is as of now
            self.begin_anew(self.other)
            dispatch.with_env(self.other)._take_seen("opened", "by the link")
            self.other.cr.commit()
            quiet = mute_logger("odoo.addons.mail.models.mail_mail")
            with quiet, self.assertRaises(BEGINS_ANEW):
                mail.send()
                self.one.cr.commit()
            self.assertFalse(server.mails)
            self.begin_anew(self.one)
            mail.send()
            self.one.cr.commit()
            self.assertEqual(len(server.mails), 1)
        self.begin_anew(self.one)
        self.assertEqual(dispatch.with_env(self.one).state, "opened")

    def test_one_chain(self):
        """Who seals while another does waits; without waiting the database refuses."""
        self.start_both()
        self.send(self.one)
        self.one.cr.commit()
        self.begin_anew(self.other)
        company = self.one.ref("base.main_company")
        lock = Lock(company, "archive")
        self.assertTrue(lock.take())
        other = self.other.ref("base.main_company")
        with self.assertRaises(WAITS):
            self.operation(self.other)._seal_archive()
        self.begin_anew(self.other)
        self.assertTrue(self.dispatches(self.other))  # its view is as of now
        self.assertEqual(self.one["billing.archived.file"]._seal_batch(company), 1)
        self.one.cr.commit()
        lock.give_back()
        with self.assertRaises(psycopg2.Error):
            self.other["billing.archived.file"]._seal_batch(other)
        self.begin_anew(self.other)
        self.assertEqual(self.other["billing.archived.file"]._seal_batch(other), 0)

    def test_first_run_of_two(self):
        """Two processes that run it for a company the first time both get through."""
        for env in (self.one, self.other):
            self.begin_anew(env)
        domain = [("code", "=", "verify_archive")]
        company = self.one.ref("base.main_company")
        operations = self.one["billing.operation"]
        self.assertFalse(operations.search(domain + [("company_id", "=", company.id)]))
        self.assertFalse(self.other["billing.operation"].search(domain))
        made = operations._get(company, "verify_archive")
        self.one.cr.commit()
        other = self.other["billing.operation"]
        with patch.object(
            type(other),
            "_find_companies_to_verify_archive",
            lambda _: company.with_env(self.other),
        ):
            with self.assertNoLogs("odoo.sql_db", "ERROR"):
                other._cron_run("verify_archive")
        self.begin_anew(self.one)
        self.assertTrue(made.last_success_at)
        made.unlink()
        self.one.cr.commit()
