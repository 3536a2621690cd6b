from odoo import _, fields, models

from ..deciding.history import Histories
from .posting import Posting

MOST_AT_ONCE = 20


class BillingDecision(models.Model):
    """How approved drafts are posted, and what is noted of it."""

    _inherit = "billing.decision"

    def _post_soon(self):
        """Post a few at once; of many, leave it to the schedule."""
        if len(self.move_id) <= MOST_AT_ONCE:
            for decisions in self.grouped("company_id").values():
                Posting(decisions).run()
        else:
            self.env.ref("coopcycle_magento.ir_cron_billing_post").sudo()._trigger()

    def _take_posted(self):
        """Note that the invoices are posted."""
        posted = self._update_state(
            ("approved", "held", "review", "drafted"),
            "posted",
            posted_at=fields.Datetime.now(),
            error_code=False,
            last_error=False,
        )
        posted._end_activities(_("Posted."))

    def _review_changed(self):
        """Have a person look at drafts that were changed after the decision."""
        self._note_changes()
        for decisions in self.grouped("move_id").values():
            changes = decisions[0].changes or ""
            text = _("Somebody changed the draft: %s", changes)
            decisions._ask_for_review("draft", [("changed", text)])
        self._ask_approvers()

    def _review_stopped(self):
        """Have a person look at drafts that their policy does not post after all."""
        for decisions in self.grouped("move_id").values():
            text = _("The policy %s posts nothing any more.", decisions.policy_id.name)
            decisions._ask_for_review("draft", [("phase", text)])
        self._ask_approvers()

    def _look_again(self):
        """Check held drafts once more, and let them go on if nothing is wrong."""
        findings = self.move_id._billing_find()
        for move, decisions in self.grouped("move_id").items():
            today = decisions.policy_id._to_company_day(self.env.cr.now())
            histories = Histories(decisions.company_id, move.partner_id, today)
            number = self.search_count(
                [
                    ("policy_id", "=", decisions.policy_id.id),
                    ("was_made", "=", True),
                    ("id", "<=", decisions[0].id),
                ]
            )
            decisions._go_on(
                histories.get(move.partner_id), findings.get(move, []), number
            )
        self.filtered(lambda each: each.state == "review")._ask_approvers()
