from io import BytesIO
from shutil import which
from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ..billing.common import BillingCommon
from .smtp_server import MISSING, Controller, prepare_bounce, smtp_server

QUIET = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
ADDRESS = "customer@example.com"
HOSTILE = b"550-<a href='https://evil'>click</a>\r\n550-nul \x00 here\r\n"


@skipUnless(Controller, MISSING)
@tagged("post_install", "-at_install")
class TestSmtp(BillingCommon):
    """4.70, 4.71: what a real mail server answers is what is known of an invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "company@example.com"
        cls.company.alias_domain_id = cls.su["mail.alias.domain"].create(
            {"name": "example.com"}
        )
        quiet = mute_logger(*QUIET)
        quiet.__enter__()
        cls.addClassCleanup(quiet.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(smtp_server(self.su))

    def send(self, **context):
        """Post an invoice and send it; return its dispatch."""
        order = self.sell(1)
        self.deliver(order)
        move = order._create_invoices()
        move.action_post()
        move.action_billing_send()
        operations = self.su["billing.operation"].with_context(**context)
        operations._cron_run("send_invoices")
        self.env.cr.flush()
        return move.billing_dispatch_ids

    def test_sent(self):
        """The server has the invoice with its file; nothing else is claimed."""
        dispatch = self.send()
        self.assertEqual(dispatch.state, "sent", dispatch.last_error)
        self.assertTrue(dispatch.sent_at)
        [mail] = self.server.mails
        self.assertIn(ADDRESS, mail["To"])
        self.assertIn(dispatch.number, mail["Subject"])
        [file] = dispatch.archived_file_ids
        attached = {
            each.get_filename(): each.get_content() for each in mail.iter_attachments()
        }
        self.assertEqual(attached.keys(), {file.name})
        body = mail.get_body(("html",)).get_content()
        self.assertIn(dispatch.move_id.access_token, body)

    def test_refused(self):
        """The server's words are kept, and are text; so are hostile ones."""
        flood = b"".join(b"550-%s\r\n" % (b"x" * 900) for _line in range(1200))
        for words, shown in (
            (b"550 no such user", "no such user"),
            (HOSTILE + b"550 bye", "click"),
            (flood + b"550 bye", "Resolution"),
        ):
            with self.subTest(shown):
                self.server.refusals[ADDRESS] = words
                dispatch = self.send()
                self.assertEqual(dispatch.state, "failed")
                self.assertIn(shown, dispatch.last_error)
                self.assertLess(len(dispatch.last_error), 2000)
                note = dispatch.move_id.activity_ids.note
                self.assertNotIn("<a", note)
                self.assertNotIn("\x00", dispatch.last_error)
        self.assertFalse(self.server.mails)

    def test_nobody_answers(self):
        """A server that is down is a failure with its cause, not a lost invoice."""
        self.server.stop()
        dispatch = self.send()
        self.assertEqual(dispatch.state, "failed")
        self.assertIn("Resolution", dispatch.last_error)

    def test_bounced(self):
        """A mail that was taken, and comes back, has bounced."""
        dispatch = self.send()
        [mail] = self.server.mails
        bounce = prepare_bounce(
            mail, ADDRESS, self.company.alias_domain_id.bounce_email
        )
        self.su["mail.thread"].message_process("account.move", bounce)
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "bounced")
        self.assertIn("550 5.1.1", dispatch.last_error)
        self.assertNotIn("<b>", dispatch.move_id.activity_ids.note)

    @skipUnless(which("wkhtmltopdf"), "wkhtmltopdf is not installed: no real PDF.")
    def test_real_pdf(self):
        """4.36: the customer gets a PDF that names the invoice, and it is archived."""
        with mute_logger("odoo.addons.base.models.ir_actions_report"):  # no web server
            dispatch = self.send(force_report_rendering=True)
        self.assertEqual(dispatch.state, "sent", dispatch.last_error)
        [mail] = self.server.mails
        [attached] = mail.iter_attachments()
        [file] = dispatch.archived_file_ids
        self.assertEqual(attached.get_content_type(), "application/pdf")
        self.assertEqual(attached.get_content(), file.attachment_id.raw)
        pages = PdfFileReader(BytesIO(file.attachment_id.raw), strict=False).pages
        self.assertIn(dispatch.number, "".join(each.extract_text() for each in pages))
