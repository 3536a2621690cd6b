from odoo import models


class MailNotification(models.Model):
    """What a mail server says of a message that an invoice went with is noted."""

    _inherit = "mail.notification"

    def write(self, vals):
        res = super().write(vals)
        if "notification_status" in vals:
            self.env["billing.dispatch"]._look_at_receipts(self.mail_message_id)
        return res
