from odoo.tests import HttpCase, tagged

from ..billing.common import BillingCommon


@tagged("post_install", "-at_install")
class TestSendingPortal(BillingCommon, HttpCase):
    """Customers open their invoices in the portal."""

    def test_opened_and_downloaded(self):
        order = self.sell(1)
        self.deliver(order)
        move = order._create_invoices()
        move.action_post()
        move.action_billing_send()
        self.su["billing.operation"]._cron_run("send_invoices")
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
        seen_at = dispatch.seen_at
        self.url_open(f"{url}&report_type=pdf&download=true")
        self.assertEqual(dispatch.state, "downloaded")
        self.url_open(url)
        self.assertEqual((dispatch.state, dispatch.seen_at), ("downloaded", seen_at))
        dispatch.message_id.notification_ids.notification_status = "bounce"
        self.env.cr.flush()
        self.assertEqual(dispatch.state, "downloaded")
