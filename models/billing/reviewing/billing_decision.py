from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ....compat import check_access, set_to_check
from ...shared.reasons import read_words
from ..groups import APPROVER, USER

# Nothing of these is on an invoice
GONE = ("withdrawn", "rejected", "skipped", "would")


class BillingDecision(models.Model):
    """What people do with decisions: approve, reject, judge, try again, bill again."""

    _inherit = "billing.decision"

    def approve(self, note=None):
        """Approve drafts that wait, and post them.

        :param str note: what the approver wants to be kept with it
        :return: [{"decision_id", "state", "reason"}]: one may be held after all
        :raise UserError: one of them does not wait, or this user may not approve it
        """
        self._check_waiting()
        for decision in self:
            if why := decision._why_not_approve(self.env.user):
                raise UserError(why)
        decisions = self._elevate()
        decisions._approve_as(self.env.user, read_words(note))
        decisions._post_soon()
        return [
            {"decision_id": each.id, "state": each.state, "reason": each.reason or ""}
            for each in decisions
        ]

    def reject(self, reason=None, keep_draft=False):
        """Reject drafts: they are deleted, or kept for a person to go on with.

        :param str reason: why, which is required
        :param bool keep_draft: leave the drafts as they are
        :return: True
        :raise UserError: no reason is given, one does not wait, or this user may not
        """
        self._check_waiting()
        reason = self._check_reason(reason)
        for decision in self:
            if why := decision._why_not_reject(self.env.user):
                raise UserError(why)
        decisions = self._elevate()
        moves = decisions.move_id
        decisions = moves.billing_decision_ids.filtered(
            lambda each: each.state == "review"
        )
        decisions._note_changes()
        decisions._update_state(
            ("review",),
            "rejected",
            approver_id=self.env.uid,
            approved_at=fields.Datetime.now(),
            approval_note=reason,
        )
        decisions._end_activities(_("Rejected: %s", reason))
        decisions._judge(True)
        if not keep_draft:
            decisions.line_ids.write({"is_live": False})
            moves.filtered(lambda move: move.state == "draft").unlink()
        return True

    @api.model
    def _check_reason(self, reason):
        """Return a reason that came from outside.

        :raise UserError: there is none
        """
        if words := read_words(reason):
            return words
        raise UserError(_("Why? Resolution: say it; the reason is kept."))

    def _elevate(self):
        """Return these decisions elevated, for a user who may at least read them."""
        check_access(self, "read")
        return self.sudo()

    def _check_waiting(self):
        """Check that these wait for a person.

        :raise UserError: one does not
        """
        check_access(self, "read")
        for decision in self.sudo():
            if decision.state != "review":
                raise UserError(
                    _(
                        "%s does not wait for an approval. Resolution: reload the page;"
                        " somebody may have been faster.",
                        decision.display_name,
                    )
                )

    # Who may

    def _why_not_approve_all(self):
        """Return why the current user may not approve all of them, False if so."""
        reasons = (each._why_not_approve(self.env.user) for each in self)
        return next(filter(None, reasons), False)

    def _why_not_approve(self, user):
        """Return why a user may not approve, "" if the user may.

        :param user: `res.users`
        """
        self.ensure_one()
        if why := self._why_not_reject(user):
            return why
        sudo = self.sudo()
        edited = user in sudo.editor_ids
        if sudo.policy_id.four_eyes and edited:
            return _(
                "You changed %s yourself. Resolution: somebody else approves it, as the"
                " policy asks for four eyes.",
                sudo.move_id.display_name,
            )
        return ""

    def _why_not_reject(self, user):
        sudo = self.sudo()
        if user == self._get_robot() or not user.has_group(APPROVER):
            return _(
                "%(invoice)s waits for an approver. Resolution: ask %(approver)s, or"
                " somebody else with the group “Automatic Billing: Approver”.",
                invoice=sudo.move_id.display_name,
                approver=sudo.asked_user_id.name or "",
            )
        if sudo.company_id not in user.company_ids:
            return _("%s is of another company.", sudo.move_id.display_name)
        return ""

    def _approve_as(self, user, note=None):
        """Note that a user approves drafts, and what was changed before.

        All decisions that one draft bills are approved with it.
        """
        decisions = self.move_id.billing_decision_ids.filtered(
            lambda each: each.state == "review"
        )
        decisions._note_changes()
        for is_bad in (False, True):
            changed = decisions.filtered(
                lambda each, bad=is_bad: each.was_changed == bad
            )
            if changed:
                changed._judge(is_bad)
        decisions._update_state(
            ("review",),
            "approved",
            approver_id=user.id,
            approved_at=fields.Datetime.now(),
            approval_note=note,
        )
        for move, approved in decisions.grouped("move_id").items():
            seen = move._billing_get_fingerprint(move._billing_get_payload())
            approved.approved_fingerprint = seen
        set_to_check(decisions.move_id, False)
        decisions._end_activities(_("Approved."))

    def _note_changes(self):
        """Note what people have changed of drafts since they were made."""
        for move, decisions in self.grouped("move_id").items():
            payload = move._billing_get_payload()
            fingerprint = move._billing_get_fingerprint(payload)
            changed = decisions.filtered_domain([("fingerprint", "!=", fingerprint)])
            if changed:
                text = move._billing_describe_changes(changed[0].payload)
                changed.write({"was_changed": True, "changes": text})

    def _end_activities(self, feedback):
        """End the activities that asked somebody to look."""
        activities = self.move_id.activity_ids.filtered(
            lambda each: each.activity_type_id == self._get_activity_type()
        )
        activities.action_feedback(feedback=feedback)

    # Was it right

    @api.model
    def _check_judge(self):
        if not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Automatic Billing judge its decisions."))

    def _take_feedback(self, vals):
        """Let policies brake on what was wrong."""
        res = super()._take_feedback(vals)
        for decision in self:
            is_bad = vals["feedback"] == "wrong" or decision.was_changed
            decision._judge(is_bad or decision.state == "rejected")
        return res

    # Again

    def action_try_again(self):
        """Look at held decisions once more."""
        self._check_user()
        self._elevate()._try_again()
        return True

    def _try_again(self):
        """Let held decisions go on where they stopped."""
        held = self.filtered(lambda each: each.state == "held")
        drafted = held.filtered("was_made")  # else an import's, not decided yet
        (held - drafted)._update_state(("held",), "pending", wait_until=False)
        drafted._look_again()
        for decision in held:
            decision.attempt_count += 1
        self.env.ref("coopcycle_magento.ir_cron_billing_draft").sudo()._trigger()

    def bill_again(self, reason=None):
        """Bill once more what was credited, or whose draft was taken back.

        Nothing does that by itself: whether a credit note means *bill it anew* or *give
        it back* only people know.

        :param str reason: why, which is required
        :return: the ids of the new decisions
        :raise UserError: no reason is given, or nothing was taken back
        """
        self._check_user()
        return self._elevate()._bill_again(self._check_reason(reason))

    def _open_again(self):
        """Return the action that asks why these are billed again."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.billing_again_action"
        )
        context = {"active_model": self._name, "active_ids": self.ids}
        return {**action, "context": context}

    def _bill_again(self, reason):
        events = []
        for decision in self:
            notes = decision._find_credit_notes()
            if decision.state not in GONE and not notes:
                raise UserError(
                    _(
                        "%s is billed, and nothing of it is credited."
                        " Resolution: make a credit note first.",
                        decision.display_name,
                    )
                )
            notes.billing_is_again = True
            notes._message_log_batch(
                bodies=dict.fromkeys(notes.ids, _("To be billed again: %s", reason))
            )
            events.append(decision._get_event_again())
        return self._record(events, "user")

    def _find_credit_notes(self):
        """Return the credit notes of the invoice that no person has marked yet."""
        self.ensure_one()
        return self.env["account.move"].search(
            [
                ("reversed_entry_id", "=", self.move_id.id or 0),
                ("reversed_entry_id", "!=", False),
                ("move_type", "=", "out_refund"),
                ("state", "!=", "cancel"),
                ("billing_is_again", "=", False),
            ]
        )

    @api.model
    def _check_user(self):
        if not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Automatic Billing may do that."))
