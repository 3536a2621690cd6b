from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ....compat import is_on_peppol, is_peppol_active
from ...shared.running import lock_rows
from ..billing_dispatch import UNDER_WAY
from ..dispatching import Sending

STATE = "peppol_move_state"
# Of these, Peppol has not got it; of all others, Odoo hands it there no second time
NOT_THERE = (False, "ready", "to_send", "skipped", "canceled", "error")


class BillingDispatch(models.Model):
    """Peppol, where Odoo's module is installed and the company is registered there."""

    _inherit = "billing.dispatch"

    @api.model
    def _why_not_by_peppol(self, move):
        partner = move.partner_id.commercial_partner_id
        if STATE not in move._fields:
            return _("Odoo's module for Peppol is not installed.")
        if not is_peppol_active(move.company_id):
            return _("%s does not send by Peppol.", move.company_id.display_name)
        if move[STATE] not in NOT_THERE:
            return _("Peppol has a version of it already.")
        if not is_on_peppol(move):
            return _(
                "%s has no valid address of Peppol, or no format for it.",
                partner.display_name,
            )
        return ""

    @api.model
    def _get_recipient_by_peppol(self, move):
        partner = move.partner_id.commercial_partner_id
        return f"{partner.peppol_eas}:{partner.peppol_endpoint}"

    def _send_by_peppol(self):
        sending = Sending(self)
        move = self.move_id
        lock_rows(move)  # a conflict after the request would have it go twice
        documents = sending.make_documents("peppol")
        if move[STATE] in NOT_THERE:  # Odoo leaves some out without a word
            raise UserError(_("Odoo handed nothing to Peppol."))
        self._archive(documents)
        self._take_sent(move.peppol_message_uuid)

    def _take_peppol_states(self):
        """Note what Peppol says of invoices."""
        for dispatch in self:
            if dispatch.channel == "peppol" and dispatch.state != "superseded":
                dispatch._take_peppol_state()

    def _take_peppol_state(self):
        state = self.move_id[STATE]
        if state == "done" and not self.accepted_at:
            self.accepted_at = fields.Datetime.now()
            if self.state in UNDER_WAY:
                words = self.move_id.peppol_message_uuid
                self._take_state("accepted", words, last_error=False)
        elif state == "error" and self.state in UNDER_WAY:
            note = self.env["mail.message"].search(
                [("model", "=", "account.move"), ("res_id", "=", self.move_id.id)],
                order="id desc",
                limit=1,
            )
            self._fail(
                _(
                    "%s Resolution: correct what is named, then press Try Again.",
                    html2plaintext(note.body).strip(),
                )
            )
