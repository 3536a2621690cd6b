from odoo import _, models
from odoo.exceptions import UserError

from ...shared.running.transaction import lock_rows
from .entry import Entry


class BillingMatch(models.Model):
    """Applying a match, and taking that back."""

    _inherit = "billing.match"

    def _lock(self):
        """Lock elevated matches, and what they are about, against everybody else."""
        lines = self.statement_line_id
        for records in (
            self,
            lines,
            lines.move_id,
            self.part_ids.item_id,
        ):
            if records:
                lock_rows(records)

    def _apply(self):
        """Apply an elevated match, unless something has changed since.

        :return: what has changed, in words; "" if it is applied
        """
        self._lock()
        if self.state not in ("suggested", "rejected", "stale"):
            return _("It is applied already.")
        entry = Entry(self)
        if why := entry.why_not():
            self.write({"state": "stale", "last_error": why, "asked_user_id": False})
            return why
        entry.pay()
        self._decide("applied")
        self._find_rivals().unlink()
        self._find_others_of_items().write({"state": "stale"})
        return ""

    def _find_rivals(self):
        """Return what else is suggested for the line; that was for all of it."""
        return self.search(
            [
                ("statement_line_id", "in", self.statement_line_id.ids),
                ("id", "not in", self.ids),
                ("state", "in", ("suggested", "stale")),
            ]
        )

    def _find_others_of_items(self):
        """Return what is suggested elsewhere for what is paid now."""
        return self.search(
            [
                ("part_ids.item_id", "in", self.part_ids.item_id.ids),
                ("state", "=", "suggested"),
                ("id", "not in", self.ids),
            ]
        )

    def _undo(self):
        """Open again what elevated matches of one line paid."""
        line = self.statement_line_id
        self._lock()
        if line.payment_ids:
            raise UserError(
                _(
                    "Payments were made of this bank line elsewhere. Resolution: undo"
                    " it where it was matched."
                )
            )
        line.action_undo_reconciliation()
        if any(self.mapped("is_partner_set")):
            line.partner_id = False
        memory = self.env["billing.match.memory"]
        for match in self.filtered("partner_id"):
            if match.feedback != "wrong":
                memory._forget_once(line, match.partner_id)
        self._decide("suggested", is_partner_set=False, feedback=False)
