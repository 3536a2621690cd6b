from odoo import _, api, fields, models

from ....compat import check_access
from ...shared.opening import open_records
from ..groups import EMPLOYEES

ITEMS_VIEW = "coopcycle_magento.account_move_line_view_tree_billing"


class AccountMove(models.Model):
    """What a person sees of an invoice: one status, why it is so, and what changed."""

    _inherit = "account.move"

    billing_status = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "To Approve"),
            ("held", "Held"),
            ("unpaid", "Posted"),
            ("overdue", "Overdue"),
            ("partial", "Partial"),
            ("paid", "Paid"),
            ("reversed", "Reversed"),
            ("cancel", "Cancelled"),
        ],
        compute="_compute_billing_status",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_reason = fields.Text(
        "Why",
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_review_brief = fields.Text(
        "Why a Person Has to Look",
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_cause = fields.Text(
        "Cause and Remedy",
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_changes = fields.Text(
        "Changed Meanwhile",
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_asked_user_id = fields.Many2one(
        "res.users",
        "Approver",
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_decision_count = fields.Integer(
        compute="_compute_billing_words",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_why_not = fields.Char(
        "Why You May Not Approve",
        compute="_compute_billing_why_not",
        groups=EMPLOYEES,
    )

    @api.depends("state", "payment_state", "invoice_date_due", "billing_state")
    def _compute_billing_status(self):
        today = fields.Date.context_today(self)
        for move in self:
            move.billing_status = move._billing_get_status(today)

    def _billing_get_status(self, today):
        """Return the one word for how far an invoice is.

        :param today: where the user is
        """
        self.ensure_one()
        if self.state == "cancel":
            return "cancel"
        if self.state == "draft":
            known = self.billing_state in ("review", "held")
            return self.billing_state if known else "draft"
        if self.payment_state in ("paid", "in_payment"):
            return "paid"
        if self.payment_state in ("partial", "reversed"):
            return self.payment_state
        due = self.invoice_date_due
        return "overdue" if due and due < today else "unpaid"

    def _compute_billing_words(self):
        for move in self:
            decisions, shown = move.billing_decision_ids, move._billing_get_shown()
            held = decisions.filtered(lambda each: each.state == "held")
            move.billing_reason = shown.reason
            move.billing_review_brief = move._billing_get_brief(shown.review_reason)
            move.billing_cause = held[:1].last_error
            move.billing_changes = shown.changes_now
            move.billing_asked_user_id = shown.asked_user_id
            move.billing_decision_count = len(decisions)

    @api.depends_context("uid")
    @api.depends("billing_state")
    def _compute_billing_why_not(self):
        for move in self:
            waiting = move._billing_find_decisions("review")
            move.billing_why_not = waiting._why_not_approve_all()

    def _billing_get_brief(self, reason):
        """Return why a person looks, with the warnings of the checks counted alone.

        :param reason: the reasons, a line for each, or False
        """
        messages = self.billing_finding_ids.mapped("message")
        lines = (reason or "").splitlines()
        brief = [line for line in lines if line not in messages]
        if found := len(lines) - len(brief):
            brief.append(_("Warnings of the checks: %s.", found))
        return "\n".join(brief)

    def _compute_hide_post_button(self):
        """Offer *Approve* alone, and no *Confirm*, of what waits for an approver."""
        res = super()._compute_hide_post_button()
        for move in self:
            if move.billing_state == "review":
                move.hide_post_button = True
        return res

    # Buttons

    def action_billing_open_items(self):
        """Open the journal items, which Odoo's own tab shows to accountants alone."""
        check_access(self, "read")
        return {
            **open_records(_("Journal Items"), self.line_ids),
            "view_mode": "list",
            "views": [(self.env.ref(ITEMS_VIEW).id, "list")],
            "domain": [("move_id", "in", self.ids)],
        }

    def action_billing_try_again(self):
        """Look at what is held once more."""
        decisions = self.env["billing.decision"].search(
            [("move_id", "in", self.ids), ("state", "=", "held")]
        )
        return decisions.action_try_again()
