from odoo import api, models

from ..dispatching import Sending

NOTICE = "coopcycle_magento.mail_template_portal_notice"


class BillingDispatch(models.Model):
    """Portal: a mail without files says where the customer finds the invoice."""

    _inherit = "billing.dispatch"

    @api.model
    def _why_not_by_portal(self, move):
        return self._why_not_by_email(move)

    @api.model
    def _get_substitutes(self, channel):
        """Let who wants to fetch invoices get no paper instead."""
        return () if channel == "portal" else super()._get_substitutes(channel)

    @api.model
    def _get_recipient_by_portal(self, move):
        return self._get_recipient_by_email(move)

    def _send_by_portal(self):
        sending = Sending(self)
        documents = sending.make_documents()
        message = sending.post_notice(self.env.ref(NOTICE))
        self._archive(documents)
        self._take_mailed(message)
