import re

from odoo import _, api, models
from odoo.tools import email_normalize_all

from ....compat import get_mail_template
from ..dispatching import Sending

# Odoo normalizes an address without a name, or with two signs, and sends to nobody
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def get_addresses(text):
    """Return to which of the addresses in a customer's e-mail field Odoo sends.

    :return: list, empty where one of them is half an address
    """
    found = email_normalize_all(text or "")
    return found if all(map(ADDRESS.fullmatch, found)) else []


class BillingDispatch(models.Model):
    """E-mail: the PDF, and what else is wanted, by Odoo's own sender."""

    _inherit = "billing.dispatch"

    @api.model
    def _why_not_by_email(self, move):
        partner = move.partner_id
        if not partner.active:
            return _("%s is archived: Odoo writes no mail there.", partner.display_name)
        if not get_addresses(partner.email):
            return _("%s has no e-mail address that can be used.", partner.display_name)
        return ""

    @api.model
    def _get_recipient_by_email(self, move):
        return move.partner_id.email and move.partner_id.email_formatted

    def _send_by_email(self):
        Sending(self).run()

    def _stop(self):
        mails = self._find_waiting_mails()
        mails.cancel()
        receipts = mails.mail_message_id.notification_ids.filtered(
            lambda each: each.notification_status in ("ready", "exception")
        )
        receipts.notification_status = "canceled"
        return super()._stop()

    def _get_template(self):
        """Return the `mail.template`: of the first rule that fits, else Odoo's."""
        found = self.env["billing.template.rule"]._find(self.move_id)
        return found or get_mail_template(self.move_id)
