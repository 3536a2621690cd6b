import hashlib
import json

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...compat import among, check_access
from ...tools.llm import LONGEST_NOTE
from ..shared.opening import open_form
from ..shared.reasons import read_words
from ..shared.running import Transaction

# Of these verdicts, an answer came that is not used
REFUSALS = [
    ("not_json", "Not the Form"),
    ("empty", "Empty"),
    ("too_long", "Too Long"),
    ("characters", "Odd Characters"),
    ("markup", "Markup"),
    ("link", "A Link"),
    ("figures", "A Figure Made Up"),
    ("promise", "Promises, or Speaks of Money"),
]
VERDICTS = [
    ("template", "Not Asked For"),
    ("waiting", "Asked For"),
    ("late", "Not in Time"),
    ("unanswered", "No Answer"),
    ("good", "Good"),
    *REFUSALS,
]
PLACES = [("mail", "In the Mail"), ("invoice", "On the Invoice")]
CAUSES = [
    ("facts", "Wrong Facts"),
    ("promise", "Promises Something"),
    ("tone", "Tone"),
    ("language", "Language"),
    ("length", "Too Long or Too Short"),
    ("other", "Something Else"),
]
CHUNK = 1000


class BillingNote(models.Model):
    """A sentence that goes with an invoice: what was asked, said, and made of it.

    It has the template's words from its beginning, so an invoice waits for no other:
    what a language model drafts takes their place if it comes in time and nothing
    speaks against it. Moments are UTC.
    """

    _name = "billing.note"
    _description = "Note to a Customer"
    _inherit = [
        "integration.guard.mixin",
        "billing.sealed.mixin",
        "billing.judged.mixin",
    ]
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    decision_ids = fields.One2many("billing.decision", "note_id", readonly=True)
    policy_id = fields.Many2one(
        "billing.policy",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null"
    )
    lang = fields.Char("Language", readonly=True)
    place = fields.Selection(PLACES, "Goes", required=True, readonly=True)

    # What was asked and said

    service_id = fields.Many2one(
        "billing.note.service", readonly=True, ondelete="set null"
    )
    facts = fields.Json(readonly=True)
    request = fields.Json(readonly=True)
    request_text = fields.Text("Asked", compute="_compute_request_text")
    asked_at = fields.Datetime(readonly=True)
    wait_until = fields.Datetime(
        readonly=True,
        index="btree_not_null",
        help="From then on the invoice is posted without the drafted note.",
    )
    answer = fields.Text(readonly=True, help="As it came.")
    model = fields.Char("Language Model", readonly=True)
    prompt_tokens = fields.Integer("Tokens of the Question", readonly=True)
    answer_tokens = fields.Integer("Tokens of the Answer", readonly=True)
    milliseconds = fields.Integer(readonly=True)
    verdict = fields.Selection(
        VERDICTS, required=True, readonly=True, default="template", index=True
    )
    detail = fields.Char("What Is Wrong", readonly=True)
    concerns = fields.Text(
        "Unusual in the Terms",
        readonly=True,
        help="As the model sees it, line by line.",
    )
    digest = fields.Char(
        readonly=True,
        help="SHA-256 of question and answer, which are not kept for ever.",
    )

    # What the customer reads

    template = fields.Text("The Template's Sentence", readonly=True)
    drafted = fields.Text("What Was Drafted", readonly=True)
    text = fields.Text(
        "What the Customer Reads", help="Empty: there is no note with the invoice."
    )
    edited_user_id = fields.Many2one(
        "res.users", "Written By", readonly=True, ondelete="restrict"
    )
    edited_at = fields.Datetime("Written At", readonly=True)
    used_at = fields.Datetime(
        "Used", readonly=True, help="It went with the mail, or onto the invoice, then."
    )

    # Was it right

    feedback_cause = fields.Selection(CAUSES, readonly=True)
    judged_at = fields.Datetime("Judged", readonly=True)

    @api.depends("move_id", "partner_id")
    def _compute_display_name(self):
        for note in self:
            of = note.sudo().move_id.display_name or note.sudo().partner_id.name or ""
            note.display_name = _("Note of %s", of)

    @api.depends("request")
    def _compute_request_text(self):
        for note in self:
            note.request_text = note.request and _to_text(note.request)

    # What is written is kept

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(_("Notes are kept with the decisions that they are of."))

    def write(self, vals):
        """Let people write the customer's text, and nobody what is sealed."""
        if self._get_frozen_fields() & vals.keys() and self.sudo().filtered(
            "sealed_at"
        ):
            raise AccessError(_("A sealed note does not change any more."))
        if "text" not in vals or self.env.su:
            return super().write(vals)
        check_access(self, "write")
        self._check_not_used()
        res = super().write({**vals, "text": self._clean(vals["text"])})
        now = fields.Datetime.now()
        self.sudo().write({"edited_user_id": self.env.uid, "edited_at": now})
        return res

    def _check_not_used(self):
        """Check that the customer has none of these yet.

        :raise UserError: one went already
        """
        if self.sudo().filtered("used_at"):
            raise UserError(_("The customer has this note already."))

    @api.model
    def _clean(self, text):
        """Return a text that a person wrote, as it can be kept.

        :raise ValidationError: it is longer than a note may be
        """
        words = read_words(text)
        if words and len(words) > LONGEST_NOTE:
            raise ValidationError(
                _(
                    "A note has at most %s characters. Resolution: shorten it.",
                    LONGEST_NOTE,
                )
            )
        return words

    @api.model
    def _get_frozen_fields(self):
        return {
            "company_id", "policy_id", "lang", "place", "asked_at", "model",
            "prompt_tokens", "answer_tokens", "milliseconds", "verdict", "detail",
            "concerns", "digest", "template", "drafted",
        }  # fmt: skip

    @api.model
    def _get_finished_domain(self):
        return [("verdict", "!=", "waiting")]

    def _find_break(self, previous, number):
        """Find also question and answer changed, as long as they are kept."""
        if problem := super()._find_break(previous, number):
            return problem
        is_kept = self.request and self.answer
        if is_kept and self.digest != self._get_digest(self.request, self.answer):
            return _("Its question or answer was changed.")
        return ""

    @api.model
    def _get_digest(self, request, answer):
        text = json.dumps([request, answer], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.autovacuum
    def _gc_contents(self):
        """Empty questions and answers as old as logs that go, as they hold names.

        It goes in chunks that are committed.
        """
        before = self.env["integration.process.log"]._get_retention_limit()
        if not before:
            return
        old = [
            ("create_date", "<", before),
            ("verdict", "!=", "waiting"),
            # A domain cannot tell whether JSON is there
            *among(SQL("SELECT id FROM billing_note WHERE facts IS NOT NULL")),
        ]
        while batch := self.sudo().search(old, limit=CHUNK, order="id"):
            batch.write({"facts": False, "request": False, "answer": False})
            self.env.flush_all()
            Transaction(self.env).commit()

    # Buttons

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return open_form(self.move_id)


def _to_text(request):
    """Return a request as people read it: its settings, then what it says."""
    settings = {name: each for name, each in request.items() if name != "messages"}
    said = [
        f"{each['role']}:\n{each['content']}" for each in request.get("messages", ())
    ]
    return "\n\n".join([json.dumps(settings, ensure_ascii=False), *said])
