import re

from odoo import _, api, models
from odoo.tools import email_normalize

from ....compat import get_mail_template
from ..dispatching import Sending

# Odoo normalizes an address without a name, or with two signs, and sends to nobody
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class BillingDispatch(models.Model):
    """E-mail: the PDF, and what else is wanted, by Odoo's own sender."""

    _inherit = "billing.dispatch"

    @api.model
    def _why_not_by_email(self, move):
        if ADDRESS.fullmatch(email_normalize(move.partner_id.email or "") or ""):
            return ""
        return _(
            "%s has no e-mail address that can be used.", move.partner_id.display_name
        )

    @api.model
    def _get_recipient_by_email(self, move):
        return move.partner_id.email and move.partner_id.email_formatted

    def _send_by_email(self):
        Sending(self).run()

    def _get_template(self):
        """Return the `mail.template`: of the first rule that fits, else Odoo's."""
        found = self.env["billing.template.rule"]._find(self.move_id)
        return found or get_mail_template(self.move_id)
