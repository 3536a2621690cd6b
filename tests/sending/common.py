from unittest.mock import patch

from odoo import Command

from odoo.addons.mail.tests.common import MockEmail

from ..billing.common import BillingCommon


def mails_wait(env):
    """Let mails wait in Odoo's queue in a block, as while its mail server is busy."""
    return patch.object(type(env["mail.mail"]), "send", lambda *_, **__: None)


class SendingCommon(BillingCommon, MockEmail):
    """Posted invoices, and the run that sends them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "company@example.com"

    def post(self, customer=None, quantity=1):
        """Return a posted invoice that no policy made."""
        line = {"product_id": self.product.id, "quantity": quantity}
        move = self.su["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (customer or self.customer).id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def send(self, moves=None):
        """Queue invoices, if any are given, and send what waits."""
        if moves:
            moves.action_billing_send()
        with self.mock_mail_gateway():
            self.su["billing.operation"]._cron_run("send_invoices")

    def dispatches(self, moves):
        return moves.billing_dispatch_ids.sorted("version")

    def sent(self, move):
        """Send an invoice, and return what became of it."""
        self.send(move)
        return self.dispatches(move)[-1:]
