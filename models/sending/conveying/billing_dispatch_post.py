from odoo import _, api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..dispatching import Channels, Sending

LETTER = "snailmail.letter"


class BillingDispatch(models.Model):
    """Post: Odoo's letters where they can be, else somebody prints and posts it."""

    _inherit = "billing.dispatch"

    @api.model
    def _why_not_by_post(self, move):
        partner = move.partner_id
        if partner.street and partner.city:
            return ""
        return _("%s has no street or no city.", partner.display_name)

    @api.model
    def _get_recipient_by_post(self, move):
        address = move.partner_id._display_address(without_company=True)
        return ", ".join(filter(None, map(str.strip, address.splitlines())))

    def _send_by_post(self):
        sending = Sending(self)
        if not self._goes_by_letter():
            self._archive(sending.make_documents())
            self.write({"state": "to_print", "last_error": False})
            return
        letters = self.env[LETTER].search(self._get_letter_domain())
        sending.make_documents("snailmail")
        letter = self.env[LETTER].search(self._get_letter_domain()) - letters
        if not letter:
            raise UserError(_("Odoo made no letter."))
        self._take_mailed(letter.message_id)

    def _goes_by_letter(self):
        """Say whether Odoo's service prints and posts it.

        That takes credits: not where a letter only stands in for another way.
        """
        wanted, _owner = Channels(self.env).get_wanted(self.move_id)
        return (
            wanted == "post"
            and self.company_id.billing_letters
            and LETTER in self.env
            and self.env[LETTER]._is_valid_address(self.partner_id)
        )

    def _get_letter_domain(self):
        return [("model", "=", "account.move"), ("res_id", "=", self.move_id.id)]

    def _get_letters(self):
        """Return Odoo's letters of these versions, or None if it has no such thing."""
        if LETTER not in self.env or not self.message_id:
            return None
        return self.env[LETTER].search([("message_id", "in", self.message_id.ids)])

    def _get_evidence(self, receipt):
        letter = self._get_letters()
        if not letter:
            return super()._get_evidence(receipt)
        return html2plaintext(letter.info_msg or "").strip()

    def _get_waiting_letters(self):
        """Return the letters that Odoo's service has not taken yet."""
        letters = self._get_letters() or ()
        return [each for each in letters if each.state in ("pending", "error")]

    def _find_waiting(self):
        messages = [letter.message_id for letter in self._get_waiting_letters()]
        return super()._find_waiting().union(*messages)

    def _stop(self):
        for letter in self._get_waiting_letters():
            letter.cancel()
        return super()._stop()

    def _take_sent(self, words, state="sent", **vals):
        """Keep the letter itself: the service got a page more than the invoice has."""
        if state == "sent" and (letter := self._get_letters()):
            self._archive(letter.attachment_id)
        return super()._take_sent(words, state, **vals)

    def _take_refusal(self, words):
        """Have somebody print a letter that Odoo's service did not take."""
        if self.channel != "post":
            return super()._take_refusal(words)
        for letter in self._get_letters():
            if letter.state != "canceled":
                letter.cancel()
        self._archive(self.move_id.invoice_pdf_report_id)
        text = _(
            "Odoo's letter was not posted: %s Resolution: print it, and post it"
            " yourself.",
            html2plaintext(words).strip(),
        )
        return self._take_state("to_print", text, last_error=text)

    # Buttons

    def action_print(self):
        """Print those chosen that somebody has to post, as one PDF."""
        self._check_user()
        return self.env["billing.print"]._print(self._check_to_print().move_id)

    def action_take_posted(self):
        """Note that the user posted them."""
        self._check_user()
        self._check_to_print().sudo()._take_sent(
            self.env.user.name, "posted", posted_user_id=self.env.uid
        )
        return True

    def _check_to_print(self):
        """Return them, if they are to be printed.

        :raise UserError: there are others among them
        """
        if not self or self.filtered(lambda each: each.state != "to_print"):
            raise UserError(_("Choose invoices in the state To Print, and no others."))
        return self
