from odoo.tests import tagged

from ..billing.common import BillingCommon
from ..shared.pages import PageCase


@tagged("post_install", "-at_install")
class TestSendingPortal(BillingCommon, PageCase):
    """Customers open their invoices in the portal."""

    def send_one(self):
        """Return an invoice that was sent."""
        order = self.sell(1)
        self.deliver(order)
        move = order._create_invoices()
        move.action_post()
        move.action_billing_send()
        self.su["billing.operation"]._cron_run("send_invoices")
        return move

    def test_opened_and_downloaded(self):
        move = self.send_one()
        dispatch = move.billing_dispatch_ids
        url = move.get_portal_url()
        self.authenticate(self.approver.login, self.approver.login)
        self.url_open(url)
        self.assertIn(dispatch.state, ("mailed", "sent"), "an employee looked")
        self.authenticate(None, None)
        self.url_open(f"/my/invoices/{move.id}")
        self.assertIn(dispatch.state, ("mailed", "sent"), "nothing was shown")
        self.url_open(url)
        self.assertEqual(dispatch.state, "opened")
        self.assertIn("Opened: by the link", dispatch.evidence)
        seen_at = dispatch.seen_at
        self.url_open(f"{url}&report_type=pdf&download=true")
        self.assertEqual(dispatch.state, "downloaded")
        self.url_open(url)
        self.assertEqual((dispatch.state, dispatch.seen_at), ("downloaded", seen_at))
        dispatch.message_id.notification_ids.notification_status = "bounce"
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "downloaded")

    def test_what_is_due_now(self):
        """4.57: the page behind the link asks for what is not paid yet."""
        move = self.send_one()
        before = move.amount_residual
        payment = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment.create({"amount": before - 3.21})._create_payments()
        self.assertEqual(move.amount_residual, 3.21)
        self.authenticate(None, None)
        link = move._billing_get_link()
        page = self.url_open(link.removeprefix(move.get_base_url())).text
        asked = page.partition('class="row o_portal_invoice_sidebar"')[2]
        asked = asked.partition('id="invoice_content"')[0]
        self.assertIn("3.21", asked)
