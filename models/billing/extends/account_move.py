import hashlib
import json

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....compat import check_access
from ...shared.opening import open_records
from ...shared.selections import selection_of
from ..capturing import Event
from ..deciding.payload import prepare_payload
from ..deciding.plan import Plan
from ..groups import EMPLOYEES, READERS
from ..words import Words

# A person has to say yes before these are posted
WAITING = ("review", "rejected")
NOT_POSTED = (*WAITING, "held")
# What has not been noted as posted yet
NOT_NOTED = ("approved", "held", "drafted")


class AccountMove(models.Model):
    """An invoice that automation made, and what a person does with it."""

    _inherit = "account.move"

    billing_is_automatic = fields.Boolean(
        "Made by Automation", readonly=True, copy=False
    )
    billing_is_again = fields.Boolean(
        "Bill Again",
        readonly=True,
        copy=False,
        help="A person wants what this credit note credits to be billed once more.",
    )
    billing_decision_ids = fields.One2many(
        "billing.decision",
        "move_id",
        "Billing Decisions",
        readonly=True,
        groups=READERS,
    )
    billing_state = fields.Selection(
        selection=selection_of("billing.decision", "state"),
        string="Decision",
        compute="_compute_billing_review",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_review_reason = fields.Text(
        "Why a Person Looks",
        compute="_compute_billing_review",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_may_approve = fields.Boolean(
        compute="_compute_billing_may_approve", groups=EMPLOYEES
    )
    billing_picking_ids = fields.Many2many(
        "stock.picking",
        string="Billed Deliveries",
        compute="_compute_billing_pickings",
        compute_sudo=True,
        groups=EMPLOYEES,
    )
    billing_picking_count = fields.Integer(
        compute="_compute_billing_pickings",
        compute_sudo=True,
        groups=EMPLOYEES,
    )

    def _billing_get_shown(self):
        """Return the decision that says how far an invoice is.

        One that somebody has to do something about, else the last one.
        """
        self.ensure_one()
        decisions = self.billing_decision_ids
        waiting = decisions.filtered(lambda each: each.state in WAITING)
        held = decisions.filtered(lambda each: each.state == "held")
        return (waiting or held or decisions)[:1]

    def _compute_billing_review(self):
        for move in self:
            shown = move._billing_get_shown()
            move.billing_state = shown.state
            move.billing_review_reason = shown.review_reason

    def _compute_billing_may_approve(self):
        for move in self:
            waiting = move._billing_find_decisions("review")
            why_not = waiting._why_not_approve_all()
            move.billing_may_approve = bool(waiting) and not why_not

    def _compute_billing_pickings(self):
        for move in self:
            lines = move.billing_decision_ids.line_ids
            move.billing_picking_ids = lines.stock_move_id.picking_id
            move.billing_picking_count = len(move.billing_picking_ids)

    def _billing_get_import_event(self, moment):
        """Return the event of this draft's import at a moment (UTC)."""
        self.ensure_one()
        return Event(
            key=f"import:{self.id}",
            event="import",
            company=self.company_id,
            at=moment,
            move=self,
        )

    # What it is

    def _billing_get_payload(self):
        """Return what a person could change of it, as JSON, alike in any language."""
        self.ensure_one()
        return prepare_payload(self.with_context(lang=None))

    def _billing_get_fingerprint(self, payload):
        text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _billing_describe_changes(self, before):
        """Return in words what was changed since it was made, "" if nothing was.

        :param before: the payload as it was then
        """
        return Words(self.env).describe_changes(before, self._billing_get_payload())

    def _billing_apply_credits(self):
        """Set open credit notes of the customers off, where the policy says so."""
        for move in self:
            policies = move.billing_decision_ids.policy_id
            if (
                not policies.filtered("apply_credits")
                or move.move_type != "out_invoice"
            ):
                continue
            for line in move._billing_find_credits():
                if not move.amount_residual:
                    break
                move.js_assign_outstanding_line(line.id)

    def _billing_find_credits(self):
        """Return the open items of the customer's credit notes, the oldest first."""
        self.ensure_one()
        receivable = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return self.env["account.move.line"].search(
            [
                ("move_id.move_type", "=", "out_refund"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.commercial_partner_id.id),
                ("account_id", "in", receivable.account_id.ids),
                ("currency_id", "=", self.currency_id.id),
                ("amount_residual", "<", 0),
                ("reconciled", "=", False),
            ],
            order="date_maturity, id",
        )

    # Review

    def _billing_filter_waiting(self, states=WAITING):
        """Return the invoices that wait for a person's yes.

        :param states: of decisions by which they do
        """
        return self.browse(self._billing_find_decisions(*states).move_id.ids)

    def _billing_find_decisions(self, *states):
        """Return the decisions that these invoices are of, elevated.

        :param states: of these alone, if any are given
        """
        domain = [("move_id", "in", self.ids)]
        if states:
            domain.append(("state", "in", states))
        return self.env["billing.decision"].sudo().search(domain)

    def _billing_note_editor(self):
        """Remember who changes a draft that waits for a person."""
        if self.env.uid == self._billing_get_robot().id:
            return
        automatic = self.filtered("billing_is_automatic")
        if not automatic:
            return
        decisions = automatic._billing_find_decisions("review", "held", "approved")
        unknown = decisions.filtered(lambda each: self.env.user not in each.editor_ids)
        unknown.write({"editor_ids": [fields.Command.link(self.env.uid)]})

    def _billing_get_robot(self):
        return self.env["billing.decision"]._get_robot()

    @api.model
    def _billing_get_watched_fields(self):
        """Return the names of what a person changes who changes the invoice."""
        return {
            "partner_id", "partner_shipping_id", "currency_id", "journal_id",
            "invoice_payment_term_id", "invoice_date_due", "fiscal_position_id",
            "invoice_date", "ref", "invoice_line_ids", "line_ids", "move_type",
            "tax_totals", "partner_bank_id", "invoice_cash_rounding_id",
        }  # fmt: skip

    def write(self, vals):
        if vals.get("state") == "posted":
            self._billing_approve_waiting(NOT_POSTED)
        res = super().write(vals)
        if self._billing_get_watched_fields() & vals.keys():
            self._billing_note_editor()
        return res

    def _post(self, soft=True):
        """Let approvers alone post what waits for one: that is their approval.

        :raise UserError: somebody else posts an invoice that waits
        """
        self._billing_look_again()
        self._billing_approve_waiting(WAITING)
        posted = super()._post(soft=soft)
        self._billing_take_posted()
        return posted

    def _billing_look_again(self):
        """Decide anew on drafts that were held: they may wait for an approver now."""
        held = self._billing_find_decisions("held").filtered("was_made")
        for decisions in held.grouped("company_id").values():
            decisions._as_robot()._look_again()

    def _billing_approve_waiting(self, states):
        """Approve drafts that wait, as whoever posts them.

        :param states: of decisions by which drafts wait for an approver
        :raise UserError: there is one that this user may not approve
        """
        decisions = self._billing_find_decisions(*states).filtered("was_made")
        for decision in decisions:
            if why := decision._why_not_approve(self.env.user):
                raise UserError(why)
        decisions.filtered(lambda each: each.state == "review")._approve_as(
            self.env.user
        )

    def _billing_take_posted(self):
        """Note on decisions that their invoices are posted."""
        posted = self.filtered(
            lambda move: move.state == "posted" and move.billing_is_automatic
        )
        posted._billing_find_decisions(*NOT_NOTED)._take_posted()

    def button_cancel(self):
        self._billing_keep_credits()
        res = super().button_cancel()
        self._billing_take_back(_("The invoice was cancelled."))
        return res

    def unlink(self):
        self._billing_keep_credits()
        self._billing_take_back(_("The draft was deleted."))
        return super().unlink()

    def _billing_keep_credits(self):
        """Keep credit notes as long as what they credit is billed again.

        :raise UserError: one is to go that such an invoice relies on
        """
        notes = self.filtered("billing_is_again")
        if not notes:
            return
        again = (
            self.env["billing.decision"]
            .sudo()
            .search(
                [
                    ("origin_id.move_id", "in", notes.reversed_entry_id.ids),
                    ("line_ids.is_live", "=", True),
                ],
                limit=1,
            )
        )
        if again:
            raise UserError(
                _(
                    "What this credit note credits is billed again by %s, and would be"
                    " billed twice without it. Resolution: cancel that invoice first.",
                    again.move_id.display_name,
                )
            )

    def _billing_take_back(self, text):
        """Take the decisions back whose invoices are cancelled or deleted."""
        self._billing_find_decisions()._take_back(text)

    def message_post_with_source(self, source_ref, **kwargs):
        """Leave where an invoice comes from to the note of its decision.

        That note says more, and is written for many invoices at once.
        """
        if Plan.of(self.env) and source_ref == "mail.message_origin_link":
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    # Buttons

    def action_billing_approve(self):
        """Approve a draft that waits, and post it."""
        return self._billing_get_waiting_decisions().approve()

    def billing_note_opened(self):
        """Note that an approver begins to look at drafts that wait.

        What somebody else calls it for is noted nowhere.
        """
        check_access(self, "read")
        waiting = self._billing_find_decisions("review")
        if waiting and not waiting._why_not_approve_all():
            waiting.write(
                {"opened_user_id": self.env.uid, "opened_at": fields.Datetime.now()}
            )

    def action_billing_open_pickings(self):
        """Open the deliveries that it bills."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Deliveries"), self.billing_picking_ids)

    def _billing_get_waiting_decisions(self):
        return self.env["billing.decision"].search(
            [("move_id", "in", self.ids), ("state", "=", "review")]
        )
