from odoo import models


class MailNotification(models.Model):
    """What a mail server says of a message that an invoice went with is noted."""

    _inherit = "mail.notification"

    def write(self, vals):
        res = super().write(vals)
        if "notification_status" in vals:
            dispatches = self.env["billing.dispatch"].sudo()
            dispatches.search(
                [("message_id", "in", self.mail_message_id.ids)]
            )._take_receipt()
        return res
