from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...compat import Constraint
from ..shared.opening import open_form

STATES = [
    ("pending", "Waiting"),
    ("skipped", "Nothing to Bill"),
    ("would", "Dry Run"),
    ("held", "Held"),
    ("review", "To Approve"),
    ("drafted", "Draft"),
    ("approved", "Approved"),
    ("posted", "Posted"),
    ("rejected", "Rejected"),
    ("withdrawn", "Taken Back"),
]
EVENTS = [
    ("delivery", "Delivery"),
    ("return", "Return"),
    ("lowered", "Lowered Delivery"),
    ("order", "Confirmed Order"),
    ("import", "Import"),
    ("hours", "Hours"),
    ("milestone", "Milestones"),
    ("cost", "Expenses and Vendor Bills"),
    ("again", "Bill Again"),
]
ROBOT = "coopcycle_magento.billing_robot"
# Nothing more is done with these by itself
FINAL = ("skipped", "would", "posted", "rejected", "withdrawn")
CAUSES = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("tax", "Tax"),
    ("customer", "Customer"),
    ("term", "Payment Term"),
    ("timing", "Time"),
    ("duplicate", "Billed Twice"),
    ("text", "Text"),
    ("other", "Other"),
]


class BillingDecision(models.Model):
    """One thing that happened, what was decided about billing it, and what came of it.

    Event, queue and record in one: users only read it, and the program itself changes
    no decision that is sealed. Amounts are in the currency named; moments are UTC.
    """

    _name = "billing.decision"
    _description = "Billing Decision"
    _inherit = [
        "integration.guard.mixin",
        "billing.sealed.mixin",
        "billing.judged.mixin",
    ]
    _order = "id desc"

    # What happened

    event_key = fields.Char(required=True, readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    event_at = fields.Datetime("Happened", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    origin_id = fields.Many2one(
        "billing.decision",
        "Bills Again",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null"
    )

    # What was looked at

    facts = fields.Json(readonly=True)
    facts_text = fields.Text("What Was Looked At", compute="_compute_texts")
    policy_id = fields.Many2one(
        "billing.policy", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    policy_text = fields.Text(
        "The Policy Then", readonly=True, help="The policy as it was, in words."
    )

    # What was decided

    decision = fields.Selection(
        [
            ("ignore", "Bill Nothing"),
            ("would_draft", "Would Bill"),
            ("draft", "Draft for a Person"),
            ("post", "Post"),
            ("post_send", "Post and Send"),
            ("credit", "Credit Note for a Person"),
        ],
        readonly=True,
    )
    reason_code = fields.Char(readonly=True, index="btree_not_null")
    reason = fields.Text("Why", readonly=True)
    needs_review = fields.Boolean(readonly=True)
    review_reason = fields.Text("Why a Person Looks", readonly=True)
    term_reason = fields.Text("Payment Term", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = fields.Monetary("Without Tax", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)

    # Who

    trigger = fields.Selection(
        [("user", "User"), ("schedule", "Schedule"), ("api", "Other Program")],
        "Triggered",
        required=True,
        readonly=True,
    )
    trigger_user_id = fields.Many2one(
        "res.users", "Triggered By", readonly=True, ondelete="restrict"
    )
    actor_id = fields.Many2one(
        "res.users", "Made By", readonly=True, ondelete="restrict"
    )
    asked_user_id = fields.Many2one(
        "res.users",
        "Approver",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    opened_user_id = fields.Many2one(
        "res.users", "Opened By", readonly=True, ondelete="restrict"
    )
    opened_at = fields.Datetime(
        "Opened",
        readonly=True,
        help="When an approver last began to look at the draft.",
    )
    approver_id = fields.Many2one(
        "res.users", "Approved or Rejected By", readonly=True, ondelete="restrict"
    )
    approved_at = fields.Datetime("Approved or Rejected", readonly=True)
    approval_note = fields.Text(readonly=True)
    approved_fingerprint = fields.Char(
        readonly=True, help="Of the draft as it was approved."
    )
    editor_ids = fields.Many2many(
        "res.users", string="Changed By", readonly=True, help="Who changed the draft."
    )

    # What came of it

    state = fields.Selection(
        STATES, required=True, readonly=True, default="pending", index=True
    )
    wait_until = fields.Datetime(
        readonly=True, help="It is decided then, together with others (UTC)."
    )
    line_ids = fields.One2many("billing.decision.line", "decision_id", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    was_made = fields.Boolean(readonly=True, help="An invoice was made of it.")
    payload = fields.Json(readonly=True)
    payload_text = fields.Text("The Invoice as It Was Made", compute="_compute_texts")
    fingerprint = fields.Char(readonly=True)
    was_changed = fields.Boolean("Changed by a Person", readonly=True)
    changes = fields.Text(readonly=True)
    posted_at = fields.Datetime("Posted", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True)
    last_error = fields.Text("Cause", readonly=True)
    error_code = fields.Char(readonly=True, index="btree_not_null")

    # Was it right

    feedback_cause = fields.Selection(CAUSES, readonly=True)
    judged_at = fields.Datetime(
        "Judged", readonly=True, help="When a person approved, rejected or judged it."
    )
    is_bad = fields.Boolean("Wrong or Changed", readonly=True)

    _event_key_unique = Constraint(
        "unique(event_key)", "This has been taken up already."
    )

    @api.depends("event", "picking_id", "sale_order_id", "move_id")
    def _compute_display_name(self):
        events = dict(self._fields["event"]._description_selection(self.env))
        for decision in self:
            sudo = decision.sudo()
            name = sudo._get_source().display_name
            decision.display_name = f"{events.get(decision.event)} {name}"

    def _get_source(self):
        """Return what happened: the delivery, the order, or the draft of an import."""
        self.ensure_one()
        return self.picking_id or self.sale_order_id or self.move_id

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            _("Decisions are kept: they are the record of what was billed.")
        )

    def write(self, vals):
        """Refuse changes of what is sealed, even to the program itself."""
        if self._get_frozen_fields() & vals.keys() and self.sudo().filtered(
            "sealed_at"
        ):
            raise AccessError(_("A sealed decision does not change any more."))
        return super().write(vals)

    @api.model
    def _get_frozen_fields(self):
        return {
            "event_key", "event", "event_at", "company_id", "facts", "policy_id",
            "policy_text",
            "decision", "reason_code", "reason", "needs_review", "review_reason",
            "term_reason", "currency_id", "amount_untaxed", "amount_total", "trigger",
            "trigger_user_id", "actor_id", "approver_id", "approved_at",
            "approval_note", "payload", "fingerprint", "was_changed", "changes",
            "posted_at",
        }  # fmt: skip

    def _get_kind(self):
        """Return the event that it is about, also where that is billed again."""
        self.ensure_one()
        return self.origin_id._get_kind() if self.origin_id else self.event

    # States

    def _update_state(self, allowed, target, **vals):
        """Go to a state, of those that are in one from which that may be.

        :param allowed: states from which it may be reached
        :param str target: the state
        :param vals: what else is written
        :return: the decisions that went there
        """
        going = self.filtered(lambda decision: decision.state in allowed)
        if going:
            going.write({"state": target, **vals})
        return going

    def _hold(self, code, text):
        """Hold decisions: they cannot go on until somebody does something.

        :param str code: what it is, never translated
        :param str text: the cause and the remedy, in a user's words
        """
        return self._update_state(
            ("pending", "held", "approved", "review"),
            "held",
            error_code=code,
            last_error=text,
            reason_code=code,
            reason=text,
        )

    def _skip(self, code, text):
        """End decisions of which nothing is to be billed."""
        return self._update_state(
            ("pending", "held"),
            "skipped",
            decision="ignore",
            reason_code=code,
            reason=text,
            error_code=False,
            last_error=False,
        )

    def _take_back(self, text):
        """Take decisions back whose invoice is gone; nothing makes it anew.

        :param str text: what happened to it
        """
        going = self._update_state(
            ("review", "drafted", "approved", "held", "posted"), "withdrawn"
        )
        going.filtered(lambda decision: not decision.sealed_at).write({"reason": text})
        self.line_ids.write({"is_live": False})
        return going

    def _judge(self, is_bad):
        """Note that a person has judged decisions, and let their policies brake."""
        self.write({"judged_at": fields.Datetime.now(), "is_bad": is_bad})
        self.policy_id._brake()

    @api.model
    def _get_robot(self):
        """Return the user as whom automation makes and posts invoices."""
        # Asked for at each write of an invoice: a reference would be read each time
        id_ = self.env["ir.model.data"]._xmlid_to_res_id(ROBOT, raise_if_not_found=True)
        return self.env["res.users"].browse(id_)

    def _as_robot(self):
        """Return decisions of a company as automation works on them: elevated.

        Today is the day where the company is.
        """
        company = self.company_id
        zone = self.env["billing.policy"]._get_zone(company)
        robot = self.with_user(self._get_robot()).sudo()
        return robot.with_company(company).with_context(tz=zone)

    # Buttons

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return open_form(self.move_id)

    def action_open_source(self):
        """Open what happened: the delivery or the order."""
        self.ensure_one()
        return open_form(self._get_source())
