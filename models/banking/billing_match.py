from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...compat import NOT_SUMMED, PAYMENT_TEXT, check_access
from ..billing.groups import BILLER, USER
from ..shared.opening import open_form, open_records

CONFIDENCES = [("certain", "Certain"), ("likely", "Likely"), ("weak", "Weak")]
STATES = [
    ("suggested", "Suggested"),
    ("applied", "Applied"),
    ("rejected", "Not This"),
    ("stale", "Out of Date"),
]
KINDS = [
    ("exact", "To the Cent"),
    ("discount", "Less the Discount"),
    ("discount_late", "Discount Taken Too Late"),
    ("charges", "Less Bank Charges"),
    ("partial", "In Part"),
    ("overpaid", "Too Much"),
    ("sum_named", "All That Is Named"),
    ("balance", "All That Is Open"),
    ("sum", "Several"),
    ("payout", "A Provider's Payout"),
]
CAUSES = [
    ("customer", "Another Customer"),
    ("invoice", "Another Invoice"),
    ("amount", "Another Amount"),
    ("other", "Something Else"),
]
# A list shows no more of them by name
MOST_NAMED = 3


class BillingMatch(models.Model):
    """What a bank line may pay, or does pay: invoices, credit notes, payments.

    The sure ones come first. Amounts are in the line's currency, above zero what comes
    in. Moments are UTC.
    """

    _name = "billing.match"
    _description = "Bank Match"
    _inherit = ["integration.guard.mixin", "billing.judged.mixin"]
    _order = "statement_line_id, rank, id"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank Line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="suggested", index=True
    )
    rank = fields.Integer(
        readonly=True, help="The first one is the best.", **NOT_SUMMED
    )
    score = fields.Integer("Points", readonly=True, **NOT_SUMMED)
    confidence = fields.Selection(CONFIDENCES, required=True, readonly=True)
    kind = fields.Selection(KINDS, "Amount", required=True, readonly=True)
    reasons = fields.Json(readonly=True)
    why = fields.Text(compute="_compute_why")
    signature = fields.Char(readonly=True)
    part_ids = fields.One2many(
        "billing.match.part", "match_id", "What It Pays", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    name = fields.Char("Suggestion", compute="_compute_name")
    open_amount = fields.Monetary(
        "Open on the Line", readonly=True, help="When it was suggested."
    )
    amount = fields.Monetary("Pays", readonly=True)
    difference = fields.Monetary(
        readonly=True,
        help="Above zero what is paid too much, below what is missing.",
    )
    # What came of it
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("When", readonly=True)
    asked_user_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, ondelete="set null"
    )
    is_partner_set = fields.Boolean(
        readonly=True, help="It wrote the customer into the line."
    )
    last_error = fields.Text("Cause", readonly=True)
    # Was it right
    feedback_cause = fields.Selection(CAUSES, readonly=True)

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE INDEX IF NOT EXISTS billing_match_suggested_index
                    ON billing_match (statement_line_id, rank)
                 WHERE state = 'suggested'
                """
            )
        )
        return res

    @api.depends("part_ids")
    def _compute_name(self):
        for match in self.sudo():
            numbers = list(dict.fromkeys(map(_get_number, match.part_ids.item_id)))
            text = ", ".join(numbers[:MOST_NAMED])
            if len(numbers) > MOST_NAMED:
                text = _(
                    "%(numbers)s and %(count)s more",
                    numbers=text,
                    count=len(numbers) - MOST_NAMED,
                )
            if match.partner_id:
                customer = match.partner_id.name or ""
                text = _("%(who)s: %(what)s", who=customer, what=text)
            match.name = text

    @api.depends("name")
    def _compute_display_name(self):
        for match in self:
            match.display_name = match.name

    @api.model
    def _find_lines_of(self, moves):
        """Return {invoice's id: ids of the open bank lines that seem to pay it}."""
        parts = (
            self.env["billing.match.part"]
            .sudo()
            .search(
                [
                    ("item_id.move_id", "in", moves.ids),
                    ("match_id.state", "=", "suggested"),
                    ("match_id.confidence", "in", ("certain", "likely")),
                    ("match_id.statement_line_id.is_reconciled", "=", False),
                ]
            )
        )
        found = {}
        for part in parts:
            lines = found.setdefault(part.item_id.move_id.id, set())
            lines.add(part.match_id.statement_line_id.id)
        return found

    # Buttons

    def action_apply(self):
        """Have the bank line pay what is suggested."""
        self.ensure_one()
        self._check_biller()
        return self.statement_line_id._billing_apply(self)

    def action_reject(self):
        """Say that the line does not pay this: it is not suggested again."""
        self._check_biller()
        for match in self.sudo():
            if match.state not in ("suggested", "stale"):
                raise UserError(
                    _("Only what is suggested is refused. Resolution: press Undo.")
                )
            match._decide("rejected")
        return True

    def action_open_items(self):
        """Open the entries that it is about."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Paid"), self.part_ids.item_id.move_id)

    def action_open_line(self):
        """Open the bank line."""
        self.ensure_one()
        check_access(self, "read")
        return open_form(self.statement_line_id)

    # Was it right

    @api.model
    def _check_judge(self):
        user = self.env.user
        if not (user.has_group(USER) or user.has_group(BILLER)):
            raise AccessError(_("Only who bills judges what bank lines pay."))

    def _take_feedback(self, vals):
        """Have the memory of who pays learn from it."""
        for match in self:
            if match.feedback != vals["feedback"]:
                match._teach(vals["feedback"] == "right")
        return super()._take_feedback(vals)

    def _teach(self, is_right):
        """Have the memory learn from this whose payments these are, or are not."""
        memory = self.env["billing.match.memory"]
        for match in self.filtered("partner_id"):
            memory._learn(match.statement_line_id, match.partner_id, is_right)

    def _decide(self, state, **vals):
        """Write down, on elevated records, what somebody decided."""
        self.write(
            {
                "state": state,
                "user_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "asked_user_id": False,
                "last_error": False,
                **vals,
            }
        )

    def _check_biller(self):
        """Check that the user may have bank lines pay something.

        :raise AccessError: they may not
        """
        check_access(self, "read")
        check_access(self.statement_line_id, "read")
        self.env["account.bank.statement.line"]._billing_check_user()


def _get_number(item):
    """Return what an open item is called: a payment also by what it is for."""
    move = item.move_id
    if not item.payment_id:
        return move.name or ""
    return " ".join(filter(None, (item.payment_id[PAYMENT_TEXT], f"({move.name})")))
