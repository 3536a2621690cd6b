from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sending.smtp_server import MISSING, Controller, prepare_bounce, smtp_server
from .common import RemindingCommon

QUIET = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
ADDRESS = "customer@example.com"


@skipUnless(Controller, MISSING)
@tagged("post_install", "-at_install")
class TestRemindersSmtp(RemindingCommon):
    """4.22: what a real mail server answers is what is known of a reminder."""

    def test_server(self):
        """It has the letter; or refuses it, with words as text; or it comes back."""
        self.company.alias_domain_id = self.su["mail.alias.domain"].create(
            {"name": "example.com"}
        )
        self.customer.email = ADDRESS
        move = self.owe(6)
        reminder = self.open_one()
        with mute_logger(*QUIET), smtp_server(self.su) as server:
            server.refusals[ADDRESS] = b"550 no <b>such</b> user"
            self.send(reminder)
            self.assertEqual(reminder.state, "failed")
            self.assertIn("no <b>such", reminder.last_error)
            self.assertNotIn("<b>", reminder.activity_ids.note)
            self.assertFalse(server.mails)
            server.refusals.clear()
            self.send(reminder)
            self.assertEqual(reminder.state, "sent", reminder.last_error)
            [mail] = server.mails
            self.assertIn(ADDRESS, mail["To"])
            body = mail.get_body(("html",)).get_content()
            self.assertIn(move.name, body)
            self.assertIn(move.access_token, body)
            bounce = prepare_bounce(
                mail, ADDRESS, self.company.alias_domain_id.bounce_email
            )
            self.su["mail.thread"].message_process("account.move", bounce)
            self.env.cr.flush()
        self.assertEqual(reminder.state, "failed")
        self.assertIn("550 5.1.1", reminder.last_error)
        self.assertEqual(move.billing_reminder_level, 0)

    def send(self, reminder):
        reminder.with_user(self.approver).action_send()
        cron = self.su.ref("coopcycle_magento.ir_cron_billing_remind")
        cron.ir_actions_server_id.run()
        self.env.cr.flush()
