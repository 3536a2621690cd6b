from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.reminding.holding import Batch, Shops
from .common import RemindingCommon


@tagged("post_install", "-at_install")
class TestRemindersHeld(RemindingCommon):
    """4.92: nobody is reminded wrongly; each reason is named, with its remedy."""

    def assert_held(self, reminder, *codes):
        self.assertEqual(reminder.state, "held", reminder.hold_reason)
        self.assertEqual(self.codes(reminder), set(codes))
        self.assertIn("Resolution", reminder.hold_reason)

    def assert_goes(self, reminder):
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)
        self.assertFalse(reminder.hold_reason)

    def test_disputed(self):
        """What is disputed is left out, and silences nothing else (#460)."""
        contact = self.customer.copy({"parent_id": self.customer.id})
        move, other = self.owe(6, customer=contact), self.owe(7, 40.0)
        asking = move.with_user(self.approver)
        reminder = self.open_one()
        self.assertEqual(reminder.contact_id, contact)
        move.invoice_user_id = self.make_user_of("plain", "")
        asking.billing_dispute("quality", "<b>broken</b>\x00", "2077-01-01")
        self.assertRecordValues(
            move,
            [
                {
                    "billing_dispute_state": "open",
                    "billing_dispute_user_id": self.approver.id,
                    "billing_dispute_note": "<b>broken</b>",
                }
            ],
        )
        self.assertNotIn("<b>", move.message_ids[0].body)
        self.assertNotIn("<b>", move.activity_ids.note)
        self.assertEqual(str(move.activity_ids.date_deadline), "2077-01-01")
        self.assertEqual(move.activity_ids.user_id, self.approver, "who can see it")
        self.assert_goes(reminder)
        self.assertEqual(reminder.amount_total, 40)
        self.assertEqual(reminder.contact_id, self.customer, "whom it is about")
        held = reminder.line_ids.filtered("is_held")
        self.assertEqual(held.move_id, move)
        self.assertIn("broken", held.hold_reason)
        self.remind(reminder)
        self.assertNotIn(move.name, reminder.message_id.body)
        self.assertEqual(other.billing_reminder_level, 1)
        self.assert_held(self.open_one(), "disputed")
        asking.action_billing_close_dispute()
        self.assertEqual(move.billing_dispute_state, "closed")
        self.assert_goes(self.open_one())
        disputed = self.su["account.move"].search(
            [("billing_dispute_state", "=", "closed")]
        )
        self.assertEqual(disputed, move)

    def test_words_that_are_none(self):
        """What is no cause, no day or no reason is refused; so is a draft."""
        move = self.owe(6).with_user(self.approver)
        for attempt in (
            lambda: move.billing_dispute("x"),
            lambda: move.billing_dispute(None),
            lambda: move.billing_dispute([]),
            lambda: move.billing_dispute("price", until="soon"),
            lambda: move.billing_promise("x" * 99),
            lambda: move.billing_promise(False),
            lambda: move.billing_promise("0001-01-01"),
            lambda: move.billing_promise([1]),
            lambda: move.billing_postpone_reminders("2077-01-01", ""),
            lambda: move.billing_mark_sent_otherwise("\x00"),
        ):
            with self.assertRaises(UserError):
                attempt()
        draft = self.owe(6)
        draft.button_draft()
        with self.assertRaises(UserError):
            draft.with_user(self.approver).billing_dispute("price")
        disputed = self.owe(6)
        asking = disputed.with_user(self.approver)
        asking.billing_dispute("price", "\ud800x")
        asking.billing_mark_sent_otherwise("By post")
        self.assertTrue(disputed.billing_dispute_note.endswith("x"))
        disputed.button_draft()
        self.assertFalse(disputed.billing_sent_otherwise, "it is another one now")
        asking.action_billing_close_dispute()
        self.assertEqual(disputed.billing_dispute_state, "closed")

    def test_promised(self):
        """A promise holds until its day is over."""
        move = self.owe(6)
        asking = move.with_user(self.approver)
        asking.billing_promise(self.today)
        self.assert_held(self.open_one(), "promised")
        asking.billing_promise(self.today - timedelta(days=1), "By phone")
        self.assert_goes(self.open_one())
        self.assertEqual(move.billing_promise_user_id, self.approver)

    def test_postponed(self):
        move = self.owe(6).with_user(self.approver)
        move.billing_postpone_reminders(self.today, "Holidays")
        self.assert_held(self.open_one(), "postponed")
        move.billing_postpone_reminders(False, "They are back")
        self.assertNotIn("False", move.message_ids[0].body)
        self.assert_goes(self.open_one())

    def test_exempt(self):
        self.owe(6)
        self.find()
        payer = self.customer.billing_payer_ids.with_user(self.approver)
        payer.is_exempt = True
        self.assert_held(self.open_one(), "exempt")
        contact = self.customer.copy({"parent_id": self.customer.id})
        with self.assertRaises(UserError):
            payer.copy({"partner_id": contact.id})
        with self.assertRaises(UserError):
            payer.partner_id = self.customer.copy()

    def test_payment_under_way(self):
        """An online payment that is pending, or that nobody has matched yet."""
        move = self.owe(6)
        provider = self.su["payment.provider"].create({"name": "Test"})
        method = self.su["payment.method"].create({"name": "Test", "code": "test"})
        transaction = self.su["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": move.name,
                "amount": 100,
                "currency_id": move.currency_id.id,
                "partner_id": self.customer.id,
                "invoice_ids": [Command.set(move.ids)],
                "state": "draft",
            }
        )
        self.assert_goes(self.open_one())
        for state in ("pending", "authorized", "done"):
            self.set_state(transaction, state)
            self.assert_held(self.open_one(), "in_transit")
        for state in ("cancel", "error"):
            self.set_state(transaction, state)
            self.assert_goes(self.open_one())
        self.set_state(transaction, "pending")
        reminder = self.open_one()
        reminder.with_user(self.approver).release("It is an old one")
        self.assert_goes(self.open_one())
        newer = transaction.copy({"reference": f"{move.name}-2"})
        newer.invoice_ids = move
        self.set_state(newer, "pending")
        self.assert_held(self.open_one(), "in_transit")

    def set_state(self, transaction, state):
        """Let a payment get on as a provider says that this database has not."""
        self.env.flush_all()
        query = "UPDATE payment_transaction SET state = %s WHERE id = %s"
        self.env.cr.execute(query, [state, transaction.id])
        self.env.invalidate_all()

    def test_unmatched_money(self):
        """Money of the customer that no invoice has, and that covers what is due."""
        move = self.owe(6)
        payment = self.su["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "journal_id": self.company_data["default_journal_bank"].id,
                "amount": 99.0,
            }
        )
        payment.action_post()
        reminder = self.open_one()
        self.assert_goes(reminder)
        self.assertEqual(reminder.amount_total, 1)
        more = payment.copy({"amount": 1.0})
        more.action_post()
        self.assert_held(self.open_one(), "credit")
        self.assertEqual(move.payment_state, "not_paid")
        (payment | more).action_draft()
        self.assert_goes(self.open_one())
        self.enter_bank_line(60)
        reminder = self.open_one()
        self.assert_goes(reminder)
        self.assertEqual(reminder.amount_total, 40, "nobody has matched it yet")
        self.enter_bank_line(40)
        self.assert_held(self.open_one(), "credit")
        self.enter_bank_line(-50)
        self.assert_held(self.open_one(), "credit")
        self.pay(self.owe(6, 30.0))
        reminder = self.open_one()
        self.assert_goes(reminder)
        self.assertEqual(reminder.amount_total, 30, "a payment waits for that money")

    def test_seen_at_the_bank(self):
        """A bank line that nobody has applied yet seems to pay it."""
        move = self.owe(6)
        for _time in ("the first one", "another one"):
            self.enter_bank_line(100, partner_id=False, payment_ref=move.name)
            self.su["billing.operation"]._suggest_now(self.company)
            self.assert_held(self.open_one(), "bank_line")
            self.open_one().with_user(self.approver).release("It is another's money")
            self.assert_goes(self.open_one())
        lines = self.su["account.bank.statement.line"].search(
            [("payment_ref", "=", move.name)]
        )
        lines.billing_match_ids.write({"state": "rejected"})
        self.assert_goes(self.open_one())

    def test_person_of_a_firm(self):
        """What a person owed before a firm took them in, their money still pays.

        Odoo leaves that invoice the person's, or makes it the firm's.
        """
        person = self.customer.copy({"is_company": False})
        move = self.owe(6, customer=person)
        self.owe(1, 30.0, customer=person, kind="out_refund")
        self.owe(6)
        person.parent_id = self.customer
        self.enter_bank_line(20, person)
        [reminder] = self.find().filtered(lambda each: move in each.line_ids.move_id)
        self.assertEqual(reminder.partner_id, move.commercial_partner_id)
        self.assertEqual(reminder.amount_credit, 50)

    def enter_bank_line(self, amount, contact=None, **vals):
        contact = contact or self.customer.copy({"parent_id": self.customer.id})
        return self.su["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "partner_id": contact.id,
                "amount": amount,
                "payment_ref": "x",
                **vals,
            }
        )

    def test_branch(self):
        """What a branch is paid may be booked in the company above it."""
        branch = self.su["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        branch.write({"billing_remind": "propose", "billing_sent_since": self.today})
        account = self.customer.property_account_receivable_id
        self.customer.with_company(branch).property_account_receivable_id = account
        self.owe(6, company_id=branch.id)
        self.owe(1, 10.0, kind="out_refund")
        self.find()
        reminder = self.reminders(company_id=branch.id)
        self.assert_held(reminder, "bank_old")
        self.enter_bank_line(60)
        self.find()
        self.assert_goes(reminder)
        self.assertEqual(reminder.amount_total, 40)

    def test_bank_data(self):
        """Old data of the bank hold the whole run, which says so once."""
        self.owe(6)
        self.owe(6, customer=self.customer.copy())
        self.company.billing_bank_days = 3
        journal = self.company_data["default_journal_bank"]
        operation = self.su["billing.operation"]._get(self.company, "find_reminders")
        hung_up = SMTPServerDisconnected("Connection unexpectedly closed")
        for record, step in (
            (operation, "_tell_of_bank"),
            (self.su["billing.reminder"], "_fail_lost"),
        ):
            with patch.object(type(record), step, side_effect=hung_up):
                self.find()
            self.assertTrue(self.reminders(), "a mail server ended the night")
        for _night in range(2):
            self.find()
        for reminder in self.reminders():
            self.assert_held(reminder, "bank_old")
        self.assertEqual(len(operation.activity_ids), 1)
        line = self.su["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "amount": 1,
                "payment_ref": "x",
                "date": self.today - timedelta(days=4),
            }
        )
        self.assert_held(self.find()[0], "bank_old")
        line.date = self.today - timedelta(days=3)
        for reminder in self.find():
            self.assert_goes(reminder)
        self.assertFalse(operation.activity_ids)

    def test_never_sent(self):
        """Nobody is reminded of what he never got, and there is a way on."""
        self.company.billing_sent_since = self.today - timedelta(days=30)
        move = self.owe(6)
        self.assert_held(self.open_one(), "never_sent")
        move.action_billing_send()
        self.assert_held(self.open_one(), "never_sent")
        self.su["billing.operation"]._cron_run("send_invoices")
        dispatch = move.billing_dispatch_ids
        self.send_mails()
        self.assertEqual(dispatch.state, "sent")
        self.assert_goes(self.open_one())
        for state in ("opened", "downloaded"):
            dispatch.state = state
            self.assert_goes(self.open_one())
        dispatch.state = "bounced"
        self.assert_held(self.open_one(), "bounced")
        move.with_user(self.approver).billing_mark_sent_otherwise("By post")
        self.assert_goes(self.open_one())
        self.owe(40)
        self.assert_goes(self.open_one())

    def test_credit_note_in_draft(self):
        move = self.owe(6)
        note = self.credit(move)
        reminder = self.open_one()
        self.assert_held(reminder, "credit_draft")
        reminder.with_user(self.approver).release("It is about something else")
        self.assert_goes(reminder)
        second = self.credit(move)
        self.assert_held(self.open_one(), "credit_draft")
        (note | second).unlink()
        self.assert_goes(self.open_one())
        order = self.sell(1)
        self.deliver(order)
        billed = order._create_invoices()
        billed.invoice_date = billed.invoice_date_due = move.invoice_date
        billed.invoice_payment_term_id = False
        billed.action_post()
        note = self.credit(billed)
        note.reversed_entry_id = False
        reminder = self.open_one()
        self.assertEqual(reminder.line_ids.filtered("is_held").move_id, billed)
        self.assertEqual(note.invoice_line_ids.sale_line_ids, order.order_line)

    def test_addresses(self):
        """Who has no address, or wants no mail, gets none; somebody else may."""
        self.owe(6)
        for email in (False, "nobody", "@example.com", "a@b@c"):
            self.customer.email = email
            self.assert_held(self.open_one(), "no_address")
        self.customer.write({"email": "found@example.com", "active": False})
        self.assert_held(self.open_one(), "archived")
        self.customer.active = True
        self.customer.email = "Blocked <blocked@example.com>"
        self.su["mail.blacklist"]._add("blocked@example.com")
        self.assert_held(self.open_one(), "blacklisted")
        self.customer.email = "blocked@example.com, free@example.com"
        self.assert_held(self.open_one(), "blacklisted")
        self.su["mail.blacklist"]._remove("blocked@example.com")
        self.assert_goes(self.open_one())
        self.su["mail.blacklist"]._add("blocked@example.com")
        self.assert_held(self.open_one(), "blacklisted")
        with self.assertRaises(UserError):
            self.open_one().with_user(self.approver).release("Anyway")

    def test_held_and_released(self):
        """A person holds and releases, and says why; what is new holds again."""
        move = self.owe(6)
        reminder = self.open_one()
        own = reminder.with_user(self.approver)
        own.hold("Ask <b>Ann</b>")
        self.assert_held_by_hand(reminder)
        self.find()
        self.assert_held_by_hand(reminder)
        with self.assertRaises(UserError):
            own.action_send()
        own.release("Ann said yes")
        self.assert_goes(reminder)
        with self.assertRaises(UserError):
            own.release("Again")
        move.with_user(self.approver).billing_promise(self.today)
        self.assert_held(reminder, "promised")
        own.release("They never do")
        self.assert_goes(reminder)
        self.find()
        self.assert_goes(reminder)
        move.with_user(self.approver).billing_promise(self.today)
        self.assert_held(reminder, "promised")
        own.release("They never do")
        for day in (1, 2):
            promised = self.today + timedelta(days=day)
            move.with_user(self.approver).billing_promise(promised)
            self.assert_held(reminder, "promised")
        own.release("They never do")
        french = own.with_context(lang=self.activate_french())
        french.action_look_again()
        self.assert_goes(reminder)
        own_language = self.company.partner_id.lang
        self.company.partner_id.lang = french.env.lang
        self.find()
        self.assert_goes(reminder)
        self.company.partner_id.lang = own_language
        other = self.owe(6)
        disputed = (move | other).with_user(self.approver)
        disputed[0].billing_dispute("price")
        self.find()
        self.assert_goes(reminder)
        disputed[1].billing_dispute("price")
        self.assert_held(reminder, "disputed")
        own.release("They ordered it so")
        self.assert_goes(reminder)
        disputed[0].action_billing_close_dispute()
        disputed[0].billing_dispute("price")
        self.assertEqual(reminder.line_ids.filtered("is_held").move_id, move)
        disputed[0].action_billing_close_dispute()
        self.assert_goes(reminder)
        self.remind(reminder)
        self.assertEqual(reminder.state, "sent", reminder.hold_reason)
        with self.assertRaises(UserError):
            own.hold("Too late")

    def test_held_while_its_step_changes(self):
        """What a person holds is held where somebody is to be asked instead, too."""
        self.owe(6)
        letter = self.open_one()
        letter.with_user(self.approver).hold("Ask Ann")
        self.plan.level_ids[0].action = "activity"
        reminder = self.open_one()
        self.assertEqual((letter.state, reminder.action), ("cancelled", "activity"))
        self.assert_held_by_hand(reminder)
        self.find()
        self.assert_held_by_hand(reminder)
        reminder.with_user(self.approver).release("Ann said yes")
        self.assert_goes(reminder)

    def activate_french(self):
        self.su["res.lang"]._activate_lang("fr_FR")
        return "fr_FR"

    def assert_held_by_hand(self, reminder):
        self.assertEqual(reminder.state, "held")
        self.assertEqual(self.codes(reminder), {"by_hand"})

    def test_held_between_pressing_and_sending(self):
        """What comes up after *Send Now* holds it all the same."""
        move = self.owe(6)
        reminder = self.open_one()
        reminder.with_user(self.approver).action_send()
        move.with_user(self.approver).billing_dispute("price")
        self.remind()
        self.assert_held(reminder, "disputed")
        self.assertFalse(reminder.message_id)

    def test_looked_at_again(self):
        self.owe(6)
        self.customer.email = False
        reminder = self.open_one()
        self.customer.email = "found@example.com"
        reminder.with_user(self.approver).action_look_again()
        self.assert_goes(reminder)

    def test_queries(self):
        """Levels and reasons of many take as many queries as those of a few."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reminders = self.su["billing.reminder"]
            batch = reminders._make_batch(self.company, Shops(self.su))
            batch.examine()
            self.assertTrue(all(letter.level for letter in batch.letters))
            return self.env.cr.sql_log_count - before

        def add(number):
            for customer in self.customer.copy() | self.customer.copy():
                for _time in range(number):
                    self.owe(6, customer=customer)

        add(1)
        count()
        few = count()
        add(5)
        self.assertEqual(count(), few)
        self.assertLess(few, 60)

    def test_second_night(self):
        """What is there already costs as many queries for many as for a few."""
        company = self.company

        def propose(day):
            batch = Batch(company, day, Shops(self.su))
            batch.examine()
            self.su["billing.reminder"]._propose(batch.letters)
            self.env.flush_all()

        def count(number):
            for customer in (self.customer.copy() for _time in range(number)):
                self.owe(6, customer=customer)
            propose(self.today)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            propose(self.today + timedelta(days=1))
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(1), count(5))
        reminder = self.reminders()[0]
        self.assertEqual((reminder.date, reminder.line_ids.days), (self.today, 6))
