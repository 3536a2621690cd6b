"""From approved drafts to posted invoices."""

import logging

import psycopg2

from odoo import _
from odoo.exceptions import UserError

from ..deciding.conflicts import is_conflict_of_others

_logger = logging.getLogger(__name__)


class Posting:
    """Posts approved drafts, as the robot, in one transaction.

    :param decisions: `billing.decision` that are approved, locked; elevated
    """

    def __init__(self, decisions):
        self.decisions = decisions._as_robot()
        self.env = self.decisions.env

    def run(self):
        """Post; what cannot be is held with its cause, and holds up no other."""
        decisions = self._leave_out_changed() - self._leave_out_stopped()
        moves = decisions.move_id.filtered(lambda move: move.state == "draft")
        try:
            with self.env.cr.savepoint():
                self._post(moves)
        except Exception as error:
            if is_conflict_of_others(error, self.env):
                raise
            _logger.info("A batch is posted one by one: %s", error)
            self.env.invalidate_all()
            for move in moves:
                self._post_alone(move)
        self._end_others(decisions)

    def _leave_out_changed(self):
        """Have a person look at drafts that somebody changed after the decision.

        Be it the policy's, or that of an approver who has seen another one.
        """
        changed = self.env["billing.decision"]
        for move, decisions in self.decisions.grouped("move_id").items():
            if move.state == "draft":
                now = move._billing_get_fingerprint(move._billing_get_payload())
                changed |= decisions.filtered(
                    lambda each, now=now: (
                        (each.approved_fingerprint or each.fingerprint) != now
                    )
                )
        changed._review_changed()
        return self.decisions - changed

    def _leave_out_stopped(self):
        """Have a person look at drafts whose policy posts nothing any more."""
        stopped = self.decisions.filtered(
            lambda each: (
                each.state == "approved"
                and not each.approver_id
                and not each.policy_id._posts()
            )
        )
        stopped._review_stopped()
        return stopped

    def _post_alone(self, move):
        try:
            with self.env.cr.savepoint():
                self._post(move)
        except UserError as error:
            self._hold(move, "refused", str(error))
        except psycopg2.Error as error:
            if is_conflict_of_others(error, self.env):
                raise
            self._hold(move, "refused", str(error))
        except Exception as error:
            _logger.exception("%s was not posted", move.display_name)
            self._hold(move, "failed", str(error))

    def _post(self, moves):
        moves.action_post()
        moves._billing_apply_credits()

    def _hold(self, move, code, text):
        self.env.invalidate_all()
        errors = move._billing_find().get(move, [])
        code = next((each.code for each in errors if each.severity == "error"), code)
        decisions = move.billing_decision_ids & self.decisions
        decisions._hold(
            code,
            _(
                "The invoice could not be posted: %s Resolution: correct what is named,"
                " then press Try Again.",
                text,
            ),
        )

    def _end_others(self, decisions):
        """End decisions whose invoices were posted or deleted by somebody else."""
        for decision in decisions.filtered(lambda each: each.state == "approved"):
            if not decision.move_id:
                decision._take_back(_("The draft was deleted."))
            elif decision.move_id.state == "posted":
                decision._take_posted()
            elif decision.move_id.state == "cancel":
                decision._take_back(_("The invoice was cancelled."))
