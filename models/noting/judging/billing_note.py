from odoo import _, api, fields, models
from odoo.exceptions import AccessError

from ...billing.groups import BILLER, USER


class BillingNote(models.Model):
    """Right or wrong, as people say."""

    _inherit = "billing.note"

    @api.model
    def _check_judge(self):
        user = self.env.user
        if not (user.has_group(USER) or user.has_group(BILLER)):
            raise AccessError(_("Only who bills judges notes."))

    def _take_feedback(self, vals):
        """Let too many wrong ones end the drafting."""
        res = super()._take_feedback({**vals, "judged_at": fields.Datetime.now()})
        self.policy_id._brake_notes()
        return res
