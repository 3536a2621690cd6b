from odoo import api, fields, models
from odoo.tools import is_html_empty, plaintext2html

from ...billing.groups import READERS
from ..checking import TermsConcern


class AccountMove(models.Model):
    """An invoice, and the note that goes with it."""

    _inherit = "account.move"

    billing_note_ids = fields.One2many(
        "billing.note", "move_id", "Notes", readonly=True, groups=READERS
    )

    @api.model
    def _billing_get_checks(self):
        return [*super()._billing_get_checks(), TermsConcern]

    def _post(self, soft=True):
        """Put notes onto the invoices where their policies want them there."""
        self.filtered("billing_is_automatic").sudo()._billing_write_notes()
        return super()._post(soft=soft)

    def _billing_write_notes(self):
        """Write notes above what stands below the lines, once each."""
        for move in self:
            note = move.billing_note_ids._find_for("invoice")
            if note and not note.used_at:
                text = plaintext2html(note.text)
                below = move.narration
                move.narration = text if is_html_empty(below) else text + below
                note._take_used()
