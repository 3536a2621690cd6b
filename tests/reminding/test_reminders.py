from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.reminding.holding import Shops
from .common import RemindingCommon


@tagged("post_install", "-at_install")
class TestReminders(RemindingCommon):
    """Customers are reminded of what is overdue."""

    def test_one_letter(self):
        """4.22, OCA credit-control #470: one letter has all that is overdue."""
        moves = self.owe(6) | self.owe(20, 50.0) | self.owe(2, 30.0)
        self.owe(0)
        self.owe(-3)
        reminder = self.open_one()
        self.assertEqual(reminder.state, "proposed")
        self.assertEqual(reminder.line_ids.move_id, moves)
        self.assertEqual(reminder.amount_total, 180)
        levels = {line.move_id: line.level for line in reminder.line_ids}
        self.assertEqual([levels[move] for move in moves], [1, 1, 0])
        self.remind(reminder)
        self.assertEqual(reminder.state, "sent", reminder.last_error)
        message = reminder.message_id
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(message.notified_partner_ids, self.customer)
        for move in moves:
            self.assertIn(move.name, message.body)
            self.assertIn(move.access_token, message.body)
        self.assertEqual(moves.mapped("billing_reminder_level"), [1, 1, 0])
        self.assertEqual(moves[0].billing_reminded_on, self.today)
        self.assertIn("level 1", moves[0].message_ids[0].body)
        self.assertIn("level 1", moves[2].message_ids[0].body, "it is listed")
        self.assertTrue(moves[0].billing_link_at)
        for move in moves:
            self.assertIn(move.name, self.customer.message_ids[0].body)
        self.find()
        self.assertEqual(self.reminders(), reminder, "it is reminded of once")

    def test_due_today_is_not_overdue(self):
        """4.24: the first day after the due date is day 1, where the company is."""
        level = self.plan.level_ids[0]
        level.days = 1
        self.owe(0)
        self.assertFalse(self.find())
        self.owe(1)
        self.assertEqual(self.find().line_ids.days, 1)

    def test_levels_climb(self):
        """4.24, #460: each invoice climbs by itself; the letter goes at the highest."""
        old = self.owe(20)
        self.remind(self.open_one())
        new = self.owe(6)
        reminder = self.open_one()
        self.assertEqual(reminder.level, 1)
        raised = reminder.line_ids.filtered("level")
        self.assertEqual(raised.move_id, new, "the first silenced the second one")
        self.assertIn(old, reminder.line_ids.move_id)
        self.remind(reminder)
        self.pass_days(self.reminders(), 7)
        reminder = self.open_one()
        self.assertEqual(reminder.level, 2)
        self.assertEqual(reminder.line_ids.filtered("level").move_id, old)
        self.assertIn("Second", reminder.level_id.template_id.subject)

    def test_last_levels_ask_somebody(self):
        """4.24, 4.25: the last levels ask the salesperson, then the collector."""
        move, others = self.owe(90), self.owe(89)
        move.invoice_user_id = self.approver
        others.invoice_user_id = self.manager
        for _level in range(3):
            self.remind(self.open_one())
            self.pass_days(self.reminders(), 11)
        fresh = self.owe(6)
        reminders = self.find().filtered(lambda each: each.state == "proposed")
        escalation = reminders.filtered(lambda each: each.action == "activity")
        letter = reminders - escalation
        self.assertEqual(letter.line_ids.filtered("level").move_id, fresh)
        self.remind(reminders)
        self.assertEqual(escalation.state, "escalated")
        self.assertFalse(escalation.message_id)
        self.assertIn("Resolution", escalation.hold_reason)
        for salesperson, own in ((self.approver, move), (self.manager, others)):
            asked = escalation.activity_ids.filtered(
                lambda each, user=salesperson: each.user_id == user
            )
            self.assertIn(own.name, asked.note)
            self.assertNotIn(((move | others) - own).name, asked.note)
        self.assertEqual(letter.state, "sent")
        self.pass_days(self.reminders(), 11)
        last = self.open_one().filtered(lambda each: each.action == "activity")
        self.remind(last)
        self.assertEqual(last.level, 5)
        self.assertEqual(last.activity_ids.user_id, self.manager)
        self.pass_days(self.reminders(), 30)
        states = self.find().mapped("state")
        self.assertNotIn("proposed", states, "there is no level beyond the last")
        self.pay(move)
        self.pay(others)
        self.find()
        self.assertEqual((escalation | last).mapped("state"), ["paid", "paid"])

    def test_credits_are_counted(self):
        """#211, #283: open credit notes and payments are in the letter."""
        self.owe(6)
        self.owe(1, 30.0, kind="out_refund")
        reminder = self.open_one()
        self.assertEqual(
            (reminder.amount_due, reminder.amount_credit, reminder.amount_total),
            (100, 30, 70),
        )
        self.owe(1, 70.0, kind="out_refund")
        reminder = self.open_one()
        self.assertEqual(self.codes(reminder), {"credit"})
        with self.assertRaises(UserError):
            reminder.with_user(self.approver).release("Anyway")
        self.owe(6, 5.0)
        reminder = self.open_one()
        self.assertEqual((reminder.state, reminder.amount_total), ("proposed", 5))
        self.remind(reminder)
        self.assertIn("in your favour", reminder.message_id.body)

    def test_currencies(self):
        """One letter for each currency."""
        dollar = self.su.ref("base.USD")
        euro = self.su.ref("base.EUR")
        (dollar | euro).active = True
        other = euro if self.company.currency_id == dollar else dollar
        self.owe(6)
        self.owe(6, currency_id=other.id)
        self.assertEqual(len(self.find()), 2)
        self.assertEqual(self.reminders().currency_id, self.company.currency_id | other)

    def test_paid_meanwhile(self):
        """What is paid before it goes does not go; what is paid in part asks less."""
        move, other = self.owe(6), self.owe(6, 40.0)
        reminder = self.open_one()
        self.pay(move)
        reminder.with_user(self.approver).action_send()
        self.remind()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.line_ids.move_id, other)
        self.assertEqual(reminder.amount_total, 40)
        third = self.owe(6)
        waiting = self.open_one()
        self.pay(third)
        payment = self.pay(other)
        self.remind(waiting)
        self.assertEqual(waiting.state, "cancelled")
        self.find()
        self.assertEqual(reminder.state, "paid")
        self.owe(6)
        self.assertEqual(self.open_one().level, 1, "nobody cancelled it")
        payment.action_cancel()
        self.find()
        self.assertEqual(reminder.state, "sent", "it is not paid any more")

    def test_not_due_any_more(self):
        """What nobody paid is not called paid; what ends by itself does not wait."""
        self.plan.level_ids[0].days_between = 3
        move, other = self.owe(6), self.owe(6)
        reminder = self.open_one()
        payments = self.pay(move) | self.pay(other)
        self.find()
        self.assertEqual(reminder.state, "cancelled")
        payments.action_cancel()
        reminder = self.open_one()
        self.assertEqual(reminder.level, 1)
        self.remind(reminder)
        self.assertEqual(reminder.state, "sent")
        (move | other).button_draft()
        self.find()
        self.assertEqual(reminder.state, "sent", "it may be posted again")
        other.button_cancel()
        move.partner_id = self.customer.copy()
        move.action_post()
        self.assertFalse(move.billing_reminder_level, "another one was reminded")
        self.find()
        again = self.reminders(partner_id=move.partner_id.id)
        self.remind(again)
        self.assertEqual((again.level, again.state), (1, "sent"), again.last_error)
        move.button_draft()
        move.button_cancel()
        self.find()
        self.assertEqual(reminder.state, "cancelled")

    def test_instalments(self):
        """Of an invoice in parts, only what is due by now is asked for."""
        self.owe(10, invoice_payment_term_id=self.make_two_parts(1, 90).id)
        self.assertEqual(self.open_one().amount_total, 50)

    def make_two_parts(self, *days):
        return self.su["account.payment.term"].create(
            {
                "name": "Two",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": number}
                    )
                    for number in days
                ],
            }
        )

    def test_by_itself(self):
        """4.25: routine ones go by themselves, where the company says so."""
        self.company.billing_remind = "send"
        self.owe(6)
        other = self.customer.copy({"email": False})
        self.owe(6, customer=other)
        self.find()
        self.remind()
        self.assertEqual(self.reminders().mapped("state"), ["sent", "held"])
        self.assertEqual(self.codes(self.reminders()[1]), {"no_address"})

    def test_switched_off(self):
        """Nothing is proposed, and nothing goes, unless a manager starts it."""
        self.owe(6)
        reminder = self.open_one()
        self.company.billing_remind = "off"
        with self.assertRaises(UserError):
            reminder.with_user(self.approver).action_send()
        reminder.state = "queued"
        self.remind()
        self.assertFalse(reminder.message_id)
        self.reminders()._cancel()
        self.assertFalse(self.find().filtered(lambda each: each.state == "proposed"))
        plans = self.su["billing.reminder.plan"]
        for user in (self.approver, self.make_user("user", "billing_group_user")):
            with self.assertRaises(AccessError):
                plans.with_user(user).action_start()
        self.company.write({"billing_sent_since": False, "billing_collector_id": False})
        plans.with_user(self.manager).with_company(self.company).action_start()
        self.assertRecordValues(
            self.company,
            [
                {
                    "billing_remind": "propose",
                    "billing_sent_since": self.today,
                    "billing_collector_id": self.manager.id,
                }
            ],
        )

    def test_cancelled(self):
        """What a person cancels waits as if it had gone: as the next level would."""
        self.owe(6)
        reminder = self.open_one()
        for reason in ("", None, "\x00"):
            with self.assertRaises(UserError):
                reminder.with_user(self.approver).cancel(reason)
        reminder.with_user(self.approver).cancel("<b>no</b>")
        self.assertEqual(reminder.state, "cancelled")
        self.assertNotIn("<b>", reminder.message_ids[0].body)
        self.assertEqual(self.find(), reminder)
        self.pass_days(reminder, 6)
        self.assertEqual(self.find(), reminder)
        self.pass_days(reminder, 1)
        again = self.open_one()
        self.assertEqual(again.level, 1)
        again.with_user(self.approver).cancel("no level follows")
        self.plan.level_ids[1:].unlink()
        self.pass_days(again, 4)
        self.assertEqual(self.find(), reminder | again)
        self.pass_days(again, 1)
        self.open_one()
        with self.assertRaises(UserError):
            reminder.with_user(self.approver).cancel("again")
        with self.assertRaises(UserError):
            reminder.with_user(self.approver).action_send()

    def test_merged(self):
        """Where customers are merged, no level is lost, and no *Never Remind*."""
        other = self.customer.copy({"name": "The Same"})
        moves = self.owe(20) | self.owe(20, customer=other)
        self.find()
        self.remind(self.reminders())
        gone = self.reminders()
        self.pass_days(gone, 8)
        self.find()
        other.billing_payer_ids.is_exempt = True
        own = self.reminders(partner_id=other.id, state="proposed")
        own.with_user(self.approver).hold("Ask Ann")
        wizard = self.su["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(gone.mapped("state"), ["sent", "sent"])
        self.assertEqual(moves.mapped("billing_reminder_level"), [1, 1])
        reminder = self.open_one()
        self.assertEqual(reminder, own)
        self.assertEqual(reminder.line_ids.filtered("level").move_id, moves)
        self.assertEqual(reminder.level, 2)
        self.assertEqual(self.codes(reminder), {"by_hand", "exempt"})

    def test_other_plan(self):
        """A customer may have another plan; one of another company is none."""
        plan = self.plan.copy({"name": "Late", "sequence": 20})
        self.assertEqual(len(plan.level_ids), 5)
        plan.level_ids[0].days = 12
        self.su["billing.payer"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "plan_id": plan.id,
            }
        )
        self.owe(6)
        self.assertFalse(self.find())
        self.owe(12)
        self.assertEqual(self.open_one().level_id, plan.level_ids[0])
        plan.active = False
        self.assertEqual(self.open_one().level_id, self.plan.level_ids[0])
        other = self.su["res.company"].create({"name": "Other"})
        with self.assertRaises(UserError):
            plan.company_id = other
        foreign = self.plan.copy({"company_id": other.id})
        with self.assertRaises(UserError):
            self.customer.billing_payer_ids.plan_id = foreign
        plans = self.su["billing.reminder.plan"]
        own = plans.search([("company_id", "=", self.company.id)])
        self.customer.billing_payer_ids.plan_id = False
        own.active = False
        self.find()
        self.assertEqual(self.reminders().mapped("state"), ["cancelled"])
        self.assertFalse(plans.search([("company_id", "=", self.company.id)]))
        with self.assertRaises(UserError):
            plans.with_user(self.manager).with_company(self.company).action_start()

    def test_language_and_escaping(self):
        """4.22: the customer's language; what comes from outside is text."""
        self.su["res.lang"]._activate_lang("fr_FR")
        template = self.plan.level_ids[0].template_id
        french = template.with_context(lang="fr_FR")
        french.subject = "Rappel de {{ object.company_id.name }}"
        self.customer.write({"lang": "fr_FR", "name": "<script>x</script> & Fils"})
        move = self.owe(6)
        move.name = "<img src=x>/1"
        reminder = self.open_one()
        self.remind(reminder)
        self.assertEqual(reminder.message_id.subject, f"Rappel de {self.company.name}")
        self.assertNotIn("<script", reminder.message_id.body)
        self.assertNotIn("<img", reminder.message_id.body)
        self.assertIn("&lt;img", reminder.message_id.body)
        for note in (move.message_ids[0].body, self.customer.message_ids[0].body):
            self.assertNotIn("<img", note)

    def test_template_of_something_else(self):
        """No level writes a text that is about other records."""
        level = self.plan.level_ids[0]
        about_invoices = {
            "model_id": self.su["ir.model"]._get_id("account.move"),
            "subject": "{{ object.name }}",
            "body_html": "An invoice",
            "lang": False,
        }
        other = level.template_id.copy(about_invoices)
        with self.assertRaises(UserError):
            level.template_id = other
        self.owe(6)
        reminder = self.open_one()
        level.template_id.write(about_invoices)
        reminder.with_user(self.approver).action_send()
        self.su["billing.operation"]._cron_run("send_reminders")
        self.assertEqual(reminder.state, "failed")
        self.assertFalse(reminder.message_id)

    def test_with_the_invoices(self):
        """PDFs go along only where the level says so."""
        move = self.owe(6)
        self.plan.level_ids[0].attach_invoices = True
        reminder = self.open_one()
        self.remind(reminder)
        self.assertEqual(len(reminder.message_id.attachment_ids), 1, move.name)

    def test_mail_that_does_not_go(self):
        """#447: what comes back is failed, told of, and sent once more."""
        move = self.owe(16)
        reminder = self.open_one()
        self.remind(reminder)
        receipt = reminder.message_id.notification_ids
        receipt.write(
            {"notification_status": "bounce", "failure_reason": "550 <b>no</b>"}
        )
        self.env.cr.flush()
        self.assertEqual(reminder.state, "failed")
        self.assertIn("550", reminder.last_error)
        self.assertNotIn("<b>", reminder.activity_ids.note)
        self.assertEqual(move.billing_reminder_level, 0)
        self.find()
        reminder.with_user(self.approver).action_look_again()
        self.assertEqual(reminder.state, "failed", "nobody has looked at it")
        self.assertIn("550", reminder.last_error)
        first = reminder.message_id
        self.remind(reminder)
        self.assertEqual(reminder.state, "sent")
        self.assertNotEqual(reminder.message_id, first)
        self.assertEqual(move.billing_reminder_level, 1)
        self.owe(16)
        other = self.open_one()
        receipt = reminder.message_id.notification_ids
        receipt.write({"notification_status": "bounce", "failure_reason": "551 late"})
        self.env.cr.flush()
        self.assertEqual(reminder.state, "cancelled", "another one is open")
        self.assertIn("551", reminder.last_error)
        self.assertIn("551", reminder.activity_ids[-1].note)
        self.find()
        self.assertIn(move, other.line_ids.filtered("level").move_id)
        self.remind(other)
        self.pass_days(self.reminders(), 8)
        higher = self.open_one()
        self.remind(higher)
        self.assertEqual((higher.level, higher.state), (2, "sent"))
        receipt = other.message_id.notification_ids
        receipt.write({"notification_status": "bounce", "failure_reason": "552"})
        self.env.cr.flush()
        self.assertEqual(other.state, "cancelled", "a higher one went")
        self.assertIn("another reminder", other.last_error)
        self.assertEqual(move.billing_reminder_level, 2)

    def test_on_its_way(self):
        """What waits can be taken back; a mail that is taken away is noticed."""
        move = self.owe(6)
        reminder = self.open_one()
        own = reminder.with_user(self.approver)
        own.action_send()
        own.hold("Ask Ann")
        self.assertEqual(self.codes(reminder), {"by_hand"})
        own.release("Ann said yes")
        self.send_without_mailing(own)
        self.assertEqual(reminder.state, "queued")
        self.assertEqual(move.billing_reminder_level, 1)
        mail = self.mails(reminder)
        own.hold("Ask Ann")
        self.assertEqual((reminder.state, mail.state), ("held", "cancel"))
        self.assertNotIn("level 1", str(move.message_ids.mapped("body")), "it stayed")
        self.assertEqual(move.billing_reminder_level, 0)
        own.release("Ann said yes")
        self.send_without_mailing(own)
        self.find()
        self.assertEqual(reminder.state, "queued", "its mail waits")
        self.mails(reminder).filtered(lambda each: each.state == "outgoing").cancel()
        self.find()
        self.assertEqual(reminder.state, "failed")
        self.assertIn("Resolution", reminder.last_error)
        self.send_without_mailing(own)
        mail = self.mails(reminder)
        mail.state = "exception"
        mail.mail_message_id.notification_ids.notification_status = "exception"
        self.env.cr.flush()
        self.assertEqual(reminder.state, "failed")
        mail.mark_outgoing()
        self.send_without_mailing(own)
        self.assertEqual(mail.state, "cancel", "it would have gone twice")
        self.mails(reminder).unlink()
        own.cancel("Never mind")
        self.assertEqual(reminder.state, "cancelled")
        self.owe(6)
        reminder = self.open_one()
        reminder.with_user(self.approver).action_send()
        self.company.billing_remind = "off"
        self.assertEqual(reminder.state, "proposed", "switched on, it would have gone")

    def send_without_mailing(self, reminder):
        """Let the letter be written, and wait in Odoo's queue of mails."""
        if reminder.state in ("proposed", "failed"):
            reminder.action_send()
        with patch.object(
            type(self.su["mail.mail"]), "send", lambda *_args, **_kw: True
        ):
            self.su["billing.operation"]._cron_run("send_reminders")
            self.env.cr.postcommit.run()

    def test_who_may(self):
        """Who makes invoices decides; others read, or do not even that."""
        move = self.owe(6)
        reminder = self.open_one()
        user = self.make_user("user", "billing_group_user")
        program = self.make_user("program", "billing_group_api")
        auditor = self.make_user_of("auditor", "account.group_account_readonly")
        plain = self.make_user_of("plain", "")
        salesman = self.make_user_of("seller", "sales_team.group_sale_manager")
        for reader in (user, auditor, self.approver, self.manager):
            own = reminder.with_user(reader)
            self.assertTrue(own.read(["state", "hold_reason", "letter_table"]))
            for attempt in (
                lambda own=own: own.write({"state": "sent"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.line_ids.write({"level": 9}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        for stranger in (user, auditor, program, plain, salesman):
            own = reminder.with_user(stranger)
            invoice = move.with_user(stranger)
            for attempt in (
                own.action_send,
                own.action_look_again,
                lambda own=own: own.hold("x"),
                lambda own=own: own.release("x"),
                lambda own=own: own.cancel("x"),
                lambda invoice=invoice: invoice.billing_dispute("price"),
                lambda invoice=invoice: invoice.billing_promise(self.today),
                lambda invoice=invoice: invoice.billing_mark_sent_otherwise("x"),
                invoice.action_billing_close_dispute,
            ):
                with self.assertRaises(AccessError):
                    attempt()
        for stranger in (program, plain, salesman):
            with self.assertRaises(AccessError):
                reminder.with_user(stranger).read(["state"])
        self.assertEqual(reminder.state, "proposed")

    def test_neutralised(self):
        """A copy of the database proposes nothing, and sends nothing of what waits."""
        self.owe(6)
        reminder = self.open_one()
        reminder.with_user(self.approver).action_send()
        self.env.flush_all()
        path = "coopcycle_magento/data/neutralize.sql"
        with self.file_open(path) as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertEqual(self.company.billing_remind, "off")
        self.su["billing.operation"]._cron_run("send_reminders")
        self.su["billing.operation"]._cron_run("find_reminders")
        self.assertEqual(reminder.state, "proposed")
        self.assertFalse(reminder.message_id)
        parameters = self.su["ir.config_parameter"]
        parameters.set_param("database.is_neutralized", "true")
        self.company.billing_remind = "propose"
        with self.assertRaises(UserError):
            reminder.with_user(self.approver).action_send()
        with self.assertRaises(UserError):
            reminder._send(Shops(self.su))
        self.assertFalse(reminder.message_id)

    @staticmethod
    def file_open(path):
        from odoo.tools import file_open

        return file_open(path)

    def test_payers(self):
        """4.21: how each customer pays, in one query; it shifts days, and the tone."""
        good = self.customer.copy({"name": "Good"})
        slow = self.customer.copy({"name": "Slow"})
        for customer, late in ((good, 0), (slow, 30)):
            for number in range(3):
                move = self.owe(60 + number, customer=customer)
                self.pay(move, days_ago=60 + number - late)
        for number in range(2):  # a credit note is no payment
            move = self.owe(60 + number, customer=good)
            note = self.credit(move)
            note.invoice_date = self.today
            note.action_post()
            lines = (move | note).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            lines.filtered(lambda line: not line.reconciled).reconcile()
            self.assertFalse(move.amount_residual)
        written_off = self.owe(60, customer=good)
        self.write_off(written_off)
        term = self.make_two_parts(5, 65)
        parts = self.owe(60, customer=slow, invoice_payment_term_id=term.id)
        self.pay(parts, 50, days_ago=25)  # the first part 30 days late
        self.pay(parts, days_ago=25)
        moves = [
            self.owe(11, customer=good),
            self.owe(12, customer=good),
            self.owe(7, customer=slow, invoice_payment_term_id=term.id),
        ]
        self.find()
        payers = self.su["billing.payer"].search([])
        payers = {each.partner_id: each for each in payers}
        self.assertRecordValues(
            payers[good] | payers[slow],
            [
                {
                    "payer_class": "good",
                    "paid_count": 3,
                    "late_share": 0,
                    "average_delay": 0,
                    "open_amount": 200,
                    "oldest_due": self.today - timedelta(days=12),
                },
                {
                    "payer_class": "slow",
                    "paid_count": 4,
                    "late_share": 100,
                    "average_delay": 30,
                    "open_amount": 100,
                    "oldest_due": self.today - timedelta(days=2),
                },
            ],
        )
        raised = self.reminders().line_ids.filtered("level")
        self.assertEqual(raised.move_id, moves[1] | moves[2])
        self.assertEqual(self.reminders(partner_id=good.id).tone, "gentle")
        self.assertEqual(self.reminders(partner_id=slow.id).tone, "firm")
        self.assertEqual(self.reminders(partner_id=slow.id).amount_total, 50)
        before = self.env.cr.sql_log_count
        self.su["billing.payer"]._refresh(self.company, self.today)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.assertEqual(len(good.billing_payer_ids), 1)

    def write_off(self, move):
        """Give an invoice up as a bad debt, by an entry."""
        owed = move.line_ids.filtered(lambda line: line.amount_residual)
        entry = self.su["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": owed.account_id.id,
                            "partner_id": owed.partner_id.id,
                            "credit": owed.amount_residual,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": move.invoice_line_ids.account_id.id,
                            "debit": owed.amount_residual,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        lines = entry.line_ids.filtered(lambda line: line.credit)
        (owed | lines).reconcile()
