import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.sending import billing_dispatch as dispatches
from ...models.sending import dispatching
from ...models.sending.dispatching import Sending
from ..shared.users import BILLER, find_or_make
from .common import SendingCommon, mails_wait

REFUSAL = "The document cannot be made."


@tagged("post_install", "-at_install")
class TestSending(SendingCommon):
    """Posted invoices on their way to the customers."""

    def test_post_and_send(self):
        """4.80, 4.90: what such a policy posts goes to the customer by itself."""
        self.make_policy("post_send")
        order = self.sell(2)
        self.deliver(order)
        move = self.bill(order)
        dispatch = self.dispatches(move)
        self.assertEqual(dispatch.state, "queued")
        self.assertEqual(dispatch.decision_id, self.decisions(order))
        self.send()
        self.assertIn(dispatch.state, ("mailed", "sent"))
        message = dispatch.message_id
        self.assertEqual(message.partner_ids, self.customer)
        self.assertIn("customer@example.com", dispatch.recipient)
        [content] = dispatch.archived_file_ids
        [attachment] = message.attachment_ids
        digest = hashlib.sha256(attachment.raw).hexdigest()
        self.assertEqual(content.sha256, digest)
        self.assertEqual(move.billing_dispatch_state, dispatch.state)

    def test_other_phases_send_nothing(self):
        self.make_policy("post")
        order = self.sell(2)
        self.deliver(order)
        self.assertFalse(self.bill(order).billing_dispatch_ids)

    def test_sent_once(self):
        """Pressed twice, and run twice: the customer gets one mail."""
        move = self.post()
        for _time in range(2):
            self.send(move)
        [dispatch] = self.dispatches(move)
        mails = move.message_ids.filtered(
            lambda each: self.customer in each.partner_ids
        )
        self.assertEqual(mails, dispatch.message_id)

    def test_without_an_address(self):
        """Odoo leaves such customers out without a word; here they are held."""
        for email in (False, "nobody", "@example.com", "a@b@c"):
            with self.subTest(email):
                customer = self.customer.copy({"email": email})
                move = self.post(customer)
                self.send(move)
                dispatch = self.dispatches(move)
                self.assertEqual(dispatch.state, "held")
                self.assertIn("Resolution", dispatch.last_error)
                self.assertTrue(move.activity_ids)
                self.assertFalse(dispatch.message_id)
                customer.email = "found@example.com"
                dispatch.with_user(self.approver).action_try_again()
                self.send()
                self.assertIn(dispatch.state, ("mailed", "sent"))
                self.assertIn("found@example.com", dispatch.recipient)
                self.assertFalse(move.activity_ids, "nobody needs to look any more")

    def test_several_addresses(self):
        """All that are entered get it; half an address holds it."""
        for email, is_good in (
            ("one@example.com, two@example.com", True),
            ("one@example.com; Two <two@example.com>", True),
            ("a@b@c, d@e@f", False),
        ):
            with self.subTest(email):
                customer = self.customer.copy({"email": email})
                move = self.post(customer)
                move.action_billing_send()
                dispatch = self.dispatches(move)
                self.assertEqual(dispatch.state == "queued", is_good)
                if is_good:
                    self.send()
                    found = {each for mail in self._mails for each in mail["email_to"]}
                    for address in ("one@example.com", "two@example.com"):
                        self.assertIn(address, str(found))

    def test_salesperson_who_sees_no_invoices(self):
        """Somebody who may see it is asked, and it is posted all the same."""
        plain = self.make_user_of("plain", "stock.group_stock_user")
        elsewhere = self.company_data_2["company"]
        foreign = find_or_make(self.su, "sending_foreign", BILLER, elsewhere)
        self.make_policy("post_send")
        for salesperson in (plain, foreign):
            with self.subTest(salesperson.login):
                customer = self.customer.copy({"email": False})
                order = self.sell(1, partner_id=customer.id)
                order.user_id = salesperson
                self.deliver(order)
                move = self.bill(order)
                self.assertEqual(move.state, "posted")
                self.assertEqual(self.dispatches(move).state, "held")
                self.assertEqual(move.activity_ids.user_id, self.manager)
        move = self.post()
        move.invoice_user_id = foreign
        self.send(move)
        self.assertIn(self.dispatches(move).state, ("mailed", "sent"))

    def test_nobody_can_be_asked(self):
        """What failed is failed, and the others go, though no activity can be made."""
        customer = self.customer.copy()
        moves = self.post(customer) | self.post()
        moves.action_billing_send()
        moves.invoice_user_id = self.manager
        customer.email = False
        asking = patch.object(
            type(moves), "_integration_ask", side_effect=UserError(REFUSAL)
        )
        with asking, mute_logger(dispatches.__name__):
            self.send()
        self.assertEqual(self.dispatches(moves[0]).state, "failed")
        self.assertIn(self.dispatches(moves[1]).state, ("mailed", "sent"))

    def test_whose_wish(self):
        """The customer's wish comes first, then the firm's, then the company's."""
        firm = self.customer.copy({"is_company": True})
        contact = self.customer.copy({"parent_id": firm.id, "type": "invoice"})
        for company, of_firm, own, expected in (
            ("none", False, False, "none"),
            ("none", "email", False, "email"),
            ("email", "none", False, "none"),
            ("email", "none", "email", "email"),
        ):
            with self.subTest(company=company, firm=of_firm, own=own):
                self.company.billing_channel = company
                firm.billing_channel, contact.billing_channel = of_firm, own
                move = self.post(contact)
                self.send(move)
                dispatch = self.dispatches(move)
                self.assertEqual(dispatch.channel, expected)
                self.assertEqual(bool(dispatch.message_id), expected == "email")
                self.assertTrue(dispatch.reason)

    def test_changed_after_it_was_sent(self):
        """Replays odoo #159308: the new version goes, with a document of its own.

        The old one never goes again.
        """
        move = self.post()
        self.send(move)
        old = move.invoice_pdf_report_id
        move.button_draft()
        self.assertEqual(self.dispatches(move).state, "superseded")
        receipt = self.dispatches(move).message_id.notification_ids
        for status in ("bounce", "sent", "exception"):
            receipt.notification_status = status
            self.env.cr.flush()
            self.assertEqual(self.dispatches(move).state, "superseded")
        move.invoice_line_ids.price_unit = 7
        move.action_post()
        self.send(move)
        first, second = self.dispatches(move)
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertIn(second.state, ("mailed", "sent"), second.last_error)
        self.assertNotEqual(move.invoice_pdf_report_id, old)
        self.assertTrue(old.exists())

    def test_send_again(self):
        """It takes a reason, which is kept; a mail that came back is sent so."""
        move = self.post()
        self.send(move)
        first = self.dispatches(move)
        for reason in ("", " ", "\x00", "\u200b", None):
            with self.assertRaises(UserError):
                move.billing_send_again(reason)
        wizard = self.su["billing.send.again"].with_context(
            active_model="billing.dispatch", active_ids=first.ids
        )
        wizard.create({"reason": "Lost"}).action_send_again()
        self.send()
        second = self.dispatches(move) - first
        self.assertEqual(first.state, "superseded")
        self.assertEqual((second.version, second.again_reason), (2, "Lost"))
        self.assertNotEqual(second.message_id, first.message_id)

    def test_what_the_mail_server_says(self):
        """A mail that Odoo is just sending is failed for Odoo, and for nobody else."""
        move = self.post()
        move.action_billing_send()
        with mails_wait(self.env):
            self.send()
        dispatch = self.dispatches(move)
        self.assertEqual(dispatch.state, "mailed")
        mail = self.su["mail.mail"].search(
            [("mail_message_id", "=", dispatch.message_id.id)]
        )
        self.assertEqual(mail.state, "outgoing")
        with self.mock_mail_gateway():
            mail.send()
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "sent", dispatch.last_error)
        self.assertTrue(dispatch.sent_at)
        self.assertFalse(move.activity_ids)

    def test_changed_while_it_waits(self):
        """What waits in Odoo's queue of mails does not go once it is replaced."""
        for replace in (
            lambda move: move.button_draft(),
            lambda move: move.billing_send_again("A wrong address"),
        ):
            move = self.post()
            move.action_billing_send()
            with mails_wait(self.env):
                self.send()
            dispatch = self.dispatches(move)
            mails = self.su["mail.mail"].search(
                [("mail_message_id", "=", dispatch.message_id.id)]
            )
            self.assertEqual(mails.mapped("state"), ["outgoing"])
            replace(move)
            self.env.cr.flush()
            self.assertEqual(mails.mapped("state"), ["cancel"])
            self.assertEqual(dispatch.state, "superseded")
            receipt = dispatch.message_id.notification_ids
            self.assertEqual(receipt.mapped("notification_status"), ["canceled"])

    def wait(self, move):
        """Send an invoice whose mail waits; return its dispatch and its mail."""
        with mails_wait(self.env):
            dispatch = self.sent(move)
        self.assertEqual(dispatch.state, "mailed")
        domain = [("mail_message_id", "=", dispatch.message_id.id)]
        return dispatch, self.su["mail.mail"].search(domain)

    def test_tried_again(self):
        """A mail that has failed does not go later, beside the one that was sent."""
        dispatch, mail = self.wait(self.post())
        mail.state = "exception"
        dispatch.message_id.notification_ids.notification_status = "exception"
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "failed")
        dispatch.with_user(self.approver).action_try_again()
        self.assertEqual(mail.state, "cancel")
        self.send()
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "sent")
        self.assertNotEqual(dispatch.message_id, mail.mail_message_id)

    def test_lost_mails(self):
        """Who cancels or deletes a mail, or its message, is told that it did not go."""
        waiting, _mail = self.wait(self.post())
        lost = []
        for lose in (
            lambda mail: mail.cancel(),
            lambda mail: mail.unlink(),
            lambda mail: mail.mail_message_id.unlink(),
        ):
            dispatch, mail = self.wait(self.post())
            lose(mail)
            lost.append(dispatch)
        self.su["billing.operation"]._cron_run("find_lost_mails")
        self.assertEqual([each.state for each in lost], ["failed"] * 3)
        self.assertTrue(all(each.move_id.activity_ids for each in lost))
        self.assertEqual(waiting.state, "mailed")

    def test_where_it_went(self):
        """An address that is changed while the mail waits is the one that is noted."""
        dispatch, mail = self.wait(self.post())
        self.customer.email = "moved@example.com"
        with self.mock_mail_gateway():
            mail.send()
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "sent")
        self.assertIn("moved@example.com", dispatch.recipient)

    def test_customers_who_are_users(self):
        """They get a mail, though they read in Odoo, and wrote the invoice."""
        user = self.su["res.users"].browse(self.manager.id)
        for taste in ("inbox", "email"):
            user.notification_type = taste
            for channel in ("email", "portal"):
                with self.subTest(channel, taste=taste):
                    user.partner_id.billing_channel = channel
                    move = self.post(user.partner_id)
                    move.invoice_user_id = user
                    dispatch = self.sent(move)
                    self.assertEqual(dispatch.state, "sent", dispatch.last_error)
                    receipt = dispatch._find_receipts(dispatch.message_id)
                    self.assertEqual(receipt.notification_type, "email")

    def test_archived_customer(self):
        """Odoo mails them nothing, without a word; here they are held, or failed."""
        for channel in ("email", "portal"):
            customer = self.customer.copy({"billing_channel": channel})
            moves = self.post(customer) | self.post(customer)
            moves[0].action_billing_send()
            customer.active = False
            self.send(moves[1])
            for move, state in zip(moves, ("failed", "held"), strict=True):
                dispatch = self.dispatches(move)
                self.assertEqual(dispatch.state, state)
                self.assertIn("archived", dispatch.last_error)

    def test_sent_after_it_had_failed(self):
        """A mail that somebody sends once more from the list of mails has gone."""
        move = self.post()
        self.send(move)
        dispatch = self.dispatches(move)
        dispatch.state = "mailed"
        receipt = dispatch.message_id.notification_ids
        for status, state in (("exception", "failed"), ("sent", "sent")):
            receipt.notification_status = status
            self.env.cr.flush()
            self.assertEqual(dispatch.state, state)
        self.assertFalse(dispatch.last_error)

    def test_bounced(self):
        """A mail that comes back is told of; what the customer opened stays opened."""
        move = self.post()
        self.send(move)
        dispatch = self.dispatches(move)
        receipt = dispatch.message_id.notification_ids
        receipt.write(
            {"notification_status": "bounce", "failure_reason": "550 <b>no</b>"}
        )
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "bounced")
        self.assertIn("550", dispatch.last_error)
        self.assertTrue(move.activity_ids)
        self.assertNotIn("<b>", move.activity_ids.note)

    def test_refused_by_the_server(self):
        move = self.post()
        self.send(move)
        dispatch = self.dispatches(move)
        dispatch.state = "mailed"
        dispatch.message_id.notification_ids.write(
            {"notification_status": "exception", "failure_type": "mail_smtp"}
        )
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "failed")
        self.assertNotIn("mail_smtp", dispatch.last_error)

    def test_failure_holds_up_no_other(self):
        """What cannot be sent is failed with its cause; the others go."""
        moves = self.post() | self.post() | self.post()

        def refuse(sending):
            if sending.move == moves[1]:
                raise UserError(REFUSAL)
            return Sending_run(sending)

        Sending_run = Sending.run
        with patch.object(dispatching.Sending, "run", refuse):
            self.send(moves)
        states = [self.dispatches(move).state for move in moves]
        self.assertEqual(states[1], "failed")
        self.assertEqual({states[0], states[2]} - {"mailed", "sent"}, set())
        self.assertIn(REFUSAL, self.dispatches(moves[1]).last_error)
        failed = self.dispatches(moves[1])
        failed.with_user(self.approver).action_try_again()
        self.send()
        self.assertIn(failed.state, ("mailed", "sent"))

    def test_drafts_and_bills_are_not_sent(self):
        draft = self.post()
        draft.button_draft()
        self.send(draft)
        self.assertFalse(draft.billing_dispatch_ids)
        with self.assertRaises(UserError):
            draft.billing_send_again("x")
        for state in ("draft", "cancel"):
            move = self.post()
            move.action_billing_send()
            move.state = state  # as programs of others do
            self.send()
            dispatch = self.dispatches(move)
            self.assertEqual(dispatch.state, "failed")
            self.assertIn("posted", dispatch.last_error)
            self.assertFalse(dispatch.message_id)
        senders = type(self.env["account.move.send"])
        files = "_get_invoice_extra_attachments_data"
        with patch.object(senders, files, lambda *_, **__: []):
            dispatch = self.sent(self.post())
        self.assertEqual(dispatch.state, "failed")
        self.assertIn("no document", dispatch.last_error)

    def test_no_commit_halfway(self):
        """Odoo's sender commits in the middle, but not while a row is locked."""
        move = self.post()
        self.send(move)
        sending = Sending(self.dispatches(move))
        self.assertFalse(sending.move.env["account.move.send"]._can_commit())
        forged = move.with_context(billing_sending=True).env
        self.assertIsNone(Sending.of(forged))

    def test_who_may(self):
        """Who makes invoices sends them; nobody writes what was sent."""
        move = self.post()
        user = self.make_user("user", "billing_group_user")
        auditor = self.make_user_of("auditor", "account.group_account_readonly")
        plain = self.make_user_of("plain", "")
        salesman = self.make_user_of("seller", "sales_team.group_sale_manager")
        for stranger in (user, auditor, plain, salesman):
            with self.subTest(stranger.login):
                with self.assertRaises(AccessError):
                    move.with_user(stranger).action_billing_send()
                with self.assertRaises(AccessError):
                    move.with_user(stranger).billing_send_again("x")
        for stranger in (plain, salesman):
            with self.assertRaises(AccessError):
                move.with_user(stranger).action_billing_open_dispatches()
        self.send(move.with_user(self.approver))
        dispatch = self.dispatches(move)
        self.assertTrue(dispatch.message_id)
        self.assertEqual(dispatch.user_id, self.approver)
        for reader in (self.approver, auditor, user):
            own = dispatch.with_user(reader)
            self.assertTrue(own.read(["state", "recipient"]))
            for attempt in (
                lambda own=own: own.write({"state": "opened"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            dispatch.with_user(plain).read(["state"])
        for stranger in (auditor, user):
            with self.assertRaises(AccessError):
                dispatch.with_user(stranger).action_try_again()
        with self.assertRaises(UserError):
            dispatch.with_user(self.approver).action_try_again()
        with self.assertRaises(UserError):
            dispatch.unlink()
