from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from ..billing.common import BillingCommon

# What each step of an invoice wakes, in the order in which they come
STEPS = (
    ("ir_cron_billing_draft",),
    ("ir_cron_billing_post",),
    ("ir_cron_billing_send", "ir_cron_billing_send_too"),
)


@tagged("post_install", "-at_install")
class TestSendingSoon(BillingCommon, MockEmail):
    """4.58: from a delivery to the mail in the queue nothing waits for an interval."""

    def test_woken_at_once(self):
        self.company.email = "company@example.com"
        self.make_policy("post_send")
        order = self.sell(1)
        triggers = self.su["ir.cron.trigger"]
        triggers.search([]).unlink()
        self.deliver(order)
        for crons in STEPS:
            for name in crons:
                cron = self.su.ref(f"coopcycle_magento.{name}")
                self.assertTrue(cron.active)
                found = triggers.search([("cron_id", "=", cron.id)])
                self.assertTrue(found, f"{name} is not woken")
                self.assertLessEqual(
                    min(found.mapped("call_at")), fields.Datetime.now()
                )
            # As Odoo serves it: it has what a scheduled action mails wait for an hour
            with self.mock_mail_gateway():
                cron.ir_actions_server_id.run()
        [dispatch] = order.invoice_ids.billing_dispatch_ids
        self.assertEqual(dispatch.state, "sent")
