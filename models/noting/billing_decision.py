import logging

from odoo import api, fields, models

from ..billing.deciding.conflicts import is_conflict_of_others

_logger = logging.getLogger(__name__)


class BillingDecision(models.Model):
    """The note of the invoice that a decision made."""

    _inherit = "billing.decision"

    note_id = fields.Many2one(
        "billing.note",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    note_text = fields.Text(related="note_id.text")
    note_verdict = fields.Selection(related="note_id.verdict")
    note_detail = fields.Char(related="note_id.detail")
    note_request_text = fields.Text(related="note_id.request_text")
    note_answer = fields.Text(related="note_id.answer")
    note_feedback = fields.Selection(related="note_id.feedback", string="Note Is")

    @api.model
    def _take_drafts(self, made, histories):
        res = super()._take_drafts(made, histories)
        wanted, notes = {}, self.env["billing.note"]
        for planned, move in made:
            if notes._is_wanted(move, planned.decisions):
                wanted[move] = wanted.get(move, self.browse()) | planned.decisions
        if wanted:
            self._begin_notes(wanted)
        return res

    @api.model
    def _begin_notes(self, by_move):
        """Give drafts their notes. An invoice does without one that fails."""
        try:
            with self.env.cr.savepoint():
                self.env["billing.note"]._begin(by_move)
        except Exception as error:
            if is_conflict_of_others(error, self.env):
                raise
            self.env.invalidate_all()
            names = ", ".join(move.display_name for move in by_move)
            _logger.error("%s: no note", names, exc_info=error)

    def _heed_concerns(self):
        """Have the checks tell what a model finds in terms, and a person look.

        That is for policies by which a person looks on any warning.
        """
        found = self.move_id.filtered(
            lambda move: move.state == "draft"
        )._billing_find()
        for move, decisions in self.grouped("move_id").items():
            going = decisions.filtered(
                lambda each: (
                    each.state == "approved"
                    and not each.approver_id
                    and each.policy_id.review_on_warning
                )
            )
            reasons = [
                (finding.code, finding.message)
                for finding in found.get(move, ())
                if finding.code == "terms_concern"
            ]
            if going and reasons:
                going._ask_for_review("draft", reasons)
                going._ask_approvers()
