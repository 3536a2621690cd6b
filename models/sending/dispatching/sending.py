"""Handing one invoice to Odoo's own sender, and keeping what went out."""

from odoo import _
from odoo.exceptions import UserError

from ....compat import get_electronic_invoices, send
from .channels import Channels

CONTEXT_KEY = "billing_sending"
LAYOUT = "mail.mail_notification_layout_with_responsible_signature"
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
        """Send by e-mail, and write down what went to whom.

        :raise UserError: Odoo refuses to, or made no message
        """
        before = max(self.move.message_ids.ids, default=0)
        self.make_documents("email", self.dispatch._get_template())
        message = self._find_message(before)
        if not message:
            raise UserError(_("Odoo sent no message."))
        if not message.attachment_ids:
            raise UserError(_("Odoo sent no document with the message."))
        self.dispatch._archive(message.attachment_ids)
        self.dispatch._take_mailed(message)

    def make_documents(self, method=None, template=None):
        """Have Odoo make the documents, and send them if a method is given.

        :param str method: as `compat.send` has it
        :param template: `mail.template`
        :return: the documents, as `ir.attachment`
        :raise UserError: Odoo refuses to
        """
        if self.dispatch._shows_link():
            self.move._billing_note_link()
        send(self.move, method, template, self._wants("billing_attach_xml"))
        sender = self.move.env["account.move.send"]
        return sender._get_invoice_extra_attachments(self.move)

    def post_notice(self, template):
        """Post a mail without files to the customer.

        :param template: `mail.template`
        :return: its `mail.message`
        """
        lang = template._render_lang(self.move.ids)[self.move.id]
        mail = template.with_context(lang=lang)
        texts = {
            name: mail._render_field(name, self.move.ids, **options)[self.move.id]
            for name, options in (
                ("subject", {}),
                ("email_from", {}),
                ("body_html", {"options": {"post_process": True}}),
            )
        }
        to = self.dispatch._get_addressee()
        move = self.move.with_context(
            lang=lang,
            no_new_invoice=True,
            mail_notify_author=to == self.move.env.user.partner_id,
        )
        return move.message_post(
            body=self.dispatch._complete_body(texts["body_html"]),
            subject=texts["subject"],
            email_from=texts["email_from"],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=to.ids,
            email_layout_xmlid=LAYOUT,
        )

    def get_slips(self):
        """Return the delivery slips that go along, as `ir.attachment`."""
        if self.dispatch.channel != "email" or not self._wants("billing_attach_slips"):
            return self.env["ir.attachment"]
        lang = self.dispatch.partner_id.lang
        return self.move._billing_get_billed_deliveries()._billing_get_slips(lang)

    def get_unwanted(self):
        """Return the documents that there are and no mail takes: `ir.attachment`."""
        files = get_electronic_invoices(self.move)
        if self.dispatch.channel == "email" and not self._wants("billing_attach_xml"):
            return files
        return files.browse()

    def _wants(self, name):
        return Channels(self.env).wants(self.move, name)

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
