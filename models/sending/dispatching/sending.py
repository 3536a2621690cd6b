"""Handing one invoice to Odoo's own sender, and keeping what went out."""

from odoo import _
from odoo.exceptions import UserError

from ....compat import get_mail_template, send_by_email

CONTEXT_KEY = "billing_sending"
MARK = object()


class Sending:
    """The sending of one dispatch, in one transaction.

    A mark in the context says so, which no context from outside can hold. It is the
    same for all: Odoo looks for each environment among all that a transaction has.

    :param dispatch: `billing.dispatch` that is queued and locked; elevated
    """

    def __init__(self, dispatch):
        self.dispatch = dispatch
        self.env = dispatch.env
        sender = dispatch._get_sender()
        move = dispatch.move_id.with_user(sender).sudo()
        self.move = move.with_context(**{CONTEXT_KEY: MARK})
        self.env.cr.cache[CONTEXT_KEY] = self

    @classmethod
    def of(cls, env):
        """Return the sending that is being done, or None."""
        if env.context.get(CONTEXT_KEY) is MARK:
            return env.cr.cache.get(CONTEXT_KEY)
        return None

    def run(self):
        """Send, and write down what went to whom.

        :raise UserError: Odoo refuses to, or made no message
        """
        before = max(self.move.message_ids.ids, default=0)
        send_by_email(self.move, get_mail_template(self.move))
        message = self._find_message(before)
        if not message:
            raise UserError(_("Odoo sent no message."))
        self.dispatch._archive(message.attachment_ids)
        self.dispatch._take_mailed(message)

    def _find_message(self, before):
        """Return the message with which the invoice went to the customer."""
        return self.env["mail.message"].search(
            [
                ("model", "=", self.move._name),
                ("res_id", "=", self.move.id),
                ("id", ">", before),
                ("partner_ids", "in", self.dispatch.partner_id.ids),
            ],
            order="id desc",
            limit=1,
        )
