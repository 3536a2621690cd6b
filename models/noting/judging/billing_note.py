from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError

from ....compat import check_access
from ...billing.groups import USER
from ..billing_note import CAUSES

BILLER = "account.group_account_invoice"


class BillingNote(models.Model):
    """Right or wrong, as people say."""

    _inherit = "billing.note"

    def action_right(self):
        """Say that notes were right."""
        return self.give_feedback("right")

    def give_feedback(self, feedback, cause=None, note=None):
        """Say whether notes were right; too many wrong ones end the drafting.

        :param str feedback: "right" or "wrong"
        :param str cause: a value of the field `feedback_cause`, of wrong ones
        :param str note: in the user's words
        :raise UserError: it is neither, or what is wrong is not said
        """
        check_access(self, "read")
        user = self.env.user
        if not (user.has_group(USER) or user.has_group(BILLER)):
            raise AccessError(_("Only who bills judges notes."))
        if feedback not in ("right", "wrong"):
            raise UserError(_("A note is “right” or “wrong”."))
        if feedback == "wrong" and cause not in [code for code, _label in CAUSES]:
            raise UserError(_("What was wrong? Resolution: choose the cause."))
        notes = self.sudo()
        notes.write(
            {
                "feedback": feedback,
                "feedback_cause": cause if feedback == "wrong" else False,
                "feedback_note": notes._clean(note),
                "feedback_user_id": self.env.uid,
                "judged_at": fields.Datetime.now(),
            }
        )
        notes.policy_id._brake_notes()
        return True
