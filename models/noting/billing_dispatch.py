from lxml import html
from markupsafe import Markup, escape

from odoo import models
from odoo.tools import plaintext2html


class BillingDispatch(models.Model):
    """The note goes with the mail."""

    _inherit = "billing.dispatch"

    def _complete_body(self, body):
        """Put the note below the greeting, where there is one, else to the end."""
        body = super()._complete_body(body)
        note = self.move_id.billing_note_ids._find_for("mail")
        if not note:
            return body
        note._take_used()
        return _insert(body, plaintext2html(note.text))


def _insert(body, paragraph):
    """Return a mail's HTML with one more paragraph."""
    mail = html.fragment_fromstring(str(body or ""), create_parent="div")
    added = html.fragment_fromstring(str(paragraph), create_parent="div")
    greeting, *others = mail.findall(".//p") or [None]
    if others:
        greeting.addnext(added)
    else:
        mail.append(added)
    parts = (html.tostring(each, encoding="unicode") for each in mail)
    return escape(mail.text or "") + Markup("".join(parts))
