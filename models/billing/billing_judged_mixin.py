from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ..shared.reasons import read_words


class BillingJudgedMixin(models.AbstractModel):
    """What people say of what the program did: right, or wrong and why.

    A model has its own causes, in a field `feedback_cause`.
    """

    _name = "billing.judged.mixin"
    _description = "Judged by People"

    feedback = fields.Selection(
        [("right", "Right"), ("wrong", "Wrong")], readonly=True, index="btree_not_null"
    )
    feedback_note = fields.Text(readonly=True)
    feedback_user_id = fields.Many2one(
        "res.users", "Judged By", readonly=True, ondelete="restrict"
    )

    def action_right(self):
        """Say that these were right."""
        return self.give_feedback("right")

    def give_feedback(self, feedback, cause=None, note=None):
        """Say whether these were right.

        :param str feedback: "right" or "wrong"
        :param str cause: a value of the field `feedback_cause`, of wrong ones
        :param str note: in the user's words
        :return: True
        :raise AccessError: this user judges none
        :raise UserError: it is neither, or what is wrong is not said
        """
        check_access(self, "read")
        self._check_judge()
        if feedback not in ("right", "wrong"):
            raise UserError(_("It is “right” or “wrong”."))
        causes = self._fields["feedback_cause"].get_values(self.env)
        if feedback == "wrong" and cause not in causes:
            raise UserError(_("What was wrong? Resolution: choose the cause."))
        self.sudo()._take_feedback(
            {
                "feedback": feedback,
                "feedback_cause": cause if feedback == "wrong" else False,
                "feedback_note": read_words(note),
                "feedback_user_id": self.env.uid,
            }
        )
        return True

    @api.model
    def _check_judge(self):
        """Check that the user may say so.

        :raise AccessError: not
        """
        raise NotImplementedError

    def _take_feedback(self, vals):
        """Write down, on elevated records, what somebody said.

        :param dict vals: of the fields above
        """
        self.write(vals)
