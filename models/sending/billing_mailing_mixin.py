from odoo import _, fields, models
from odoo.exceptions import UserError

# Of these mails, none has left
WAITING_MAILS = ("outgoing", "exception")
# What leaves Odoo; all else is there for users to read
LEAVING = ("email", "snail")


def by_mail(recipients, partner):
    """Return recipients of Odoo's, of whom one gets a mail, whatever a user prefers.

    :param list recipients: as of `_notify_get_recipients`
    :param partner: who gets the mail: `res.partner`
    """
    return [
        {**each, "notif": "email"} if each["id"] == partner.id else each
        for each in recipients
    ]


class BillingMailingMixin(models.AbstractModel):
    """What goes to one customer with a message, and what is known of its mail."""

    _name = "billing.mailing.mixin"
    _description = "Mailed to a Customer"

    message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", index="btree_not_null"
    )

    # What a model fills in

    def _get_addressee(self):
        """Return who gets it: `res.partner`."""
        raise NotImplementedError

    def _take_status(self, receipt):
        """Note what is said of the customer's mail.

        :param receipt: `mail.notification`
        """
        raise NotImplementedError

    # What is known

    def _why_not_from_here(self):
        """Return why nothing goes: in a copy that Odoo has neutralised. Else ""."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param("database.is_neutralized"):
            return _("This is a copy of the database, which sends nothing.")
        return ""

    def _find_receipts(self, message):
        """Return what Odoo notes of the customer's own mail: `mail.notification`."""
        to = self._get_addressee()
        return message.notification_ids.filtered(
            lambda each: each.res_partner_id == to and each.notification_type in LEAVING
        )

    def _check_mailed(self, message):
        """Check that a message goes to the customer.

        :raise UserError: it does not
        """
        if not self._find_receipts(message):
            to = self._get_addressee().display_name
            raise UserError(_("Odoo writes no mail to %s.", to))

    def _take_receipt(self):
        """Note what the mail servers say of messages."""
        for each in self:
            for receipt in each._find_receipts(each.message_id):
                each._take_status(receipt)

    def _get_address(self, receipt):
        """Return where a mail went that was sent just now, as values of `recipient`.

        :param receipt: `mail.notification`
        """
        if receipt.notification_type != "email":
            return {}
        return {"recipient": receipt.res_partner_id.email_formatted}

    # What waits in Odoo's queues

    def _find_waiting_mails(self):
        """Return the `mail.mail` of these that Odoo has not sent yet."""
        return self.env["mail.mail"].search(
            [
                ("mail_message_id", "in", self.message_id.ids),
                ("state", "in", WAITING_MAILS),
            ]
        )

    def _find_waiting(self):
        """Return the `mail.message` of these that Odoo has not sent yet."""
        return self._find_waiting_mails().mail_message_id

    def _find_lost(self):
        """Return which of these somebody took from Odoo's queues, or deleted."""
        messages = self._find_waiting()
        return self.filtered(lambda each: each.message_id not in messages)
