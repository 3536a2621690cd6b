from odoo import _, api, fields, models

from .billing_note import PLACES

MODES = [
    ("none", "None"),
    ("template", "The Template's Sentence"),
    ("drafted", "Drafted by a Language Model"),
]


class BillingPolicy(models.Model):
    """Which note goes with what a policy bills, and how good they were."""

    _inherit = "billing.policy"

    note_mode = fields.Selection(
        MODES,
        "Note",
        required=True,
        default="none",
        help="A short text to the customer. What is drafted takes the place of the"
        " template's sentence if it comes in time and nothing speaks against it.",
    )
    note_place = fields.Selection(PLACES, "Goes", required=True, default="mail")
    note_count = fields.Integer("Notes", compute="_compute_note_figures")
    note_drafted_count = fields.Integer("Drafted", compute="_compute_note_figures")
    note_right_count = fields.Integer("Right", compute="_compute_note_figures")
    note_wrong_count = fields.Integer("Wrong", compute="_compute_note_figures")
    note_hint = fields.Char(compute="_compute_note_hint")
    note_before_id = fields.Many2one(
        "billing.note",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Only notes after this one count against drafting: then it began anew.",
    )

    def _compute_note_figures(self):
        counts = self._count_notes()
        for policy in self:
            own = counts.get(policy._origin, {})
            policy.note_count = sum(own.values())
            policy.note_drafted_count = sum(
                count for (verdict, _said), count in own.items() if verdict == "good"
            )
            for said in ("right", "wrong"):
                policy[f"note_{said}_count"] = sum(
                    count for (_verdict, each), count in own.items() if each == said
                )

    def _count_notes(self):
        """Return {policy: {(verdict, feedback): how many notes}}."""
        counts = {}
        notes = self.env["billing.note"].sudo()
        for policy, verdict, feedback, count in notes._read_group(
            [("policy_id", "in", self.ids)],
            ["policy_id", "verdict", "feedback"],
            ["__count"],
        ):
            counts.setdefault(policy, {})[verdict, feedback] = count
        return counts

    @api.depends("note_mode", "company_id")
    def _compute_note_hint(self):
        """Say why nothing is drafted though it is wanted."""
        for policy in self:
            hint = False
            if policy.note_mode == "drafted":
                service = self.env["billing.note.service"]._find(policy.company_id)
                if service._why_not():
                    hint = _(
                        "The note service is off: customers get the template's"
                        " sentence. Resolution: an administrator sets it up at"
                        " Configuration ▸ Note Service."
                    )
            policy.note_hint = hint

    def write(self, vals):
        """Count anew how many notes are wrong where they are drafted again."""
        begun = self.filtered(lambda policy: policy.note_mode != "drafted")
        res = super().write(vals)
        for policy in begun.sudo() if vals.get("note_mode") == "drafted" else ():
            own = [("policy_id", "=", policy.id)]
            notes = policy.env["billing.note"]
            policy.note_before_id = notes.search(own, order="id desc", limit=1)
        return res

    # Its sentence

    @api.depends("note_mode", "note_place")
    def _compute_sentence(self):
        return super()._compute_sentence()

    def _get_sentence(self):
        return " ".join(filter(None, (super()._get_sentence(), self._get_note_words())))

    def _get_note_words(self):
        """Return what note there is, or nothing where there is none."""
        if self.note_mode == "none" or not self.note_mode:
            return ""
        if self.note_place == "invoice":
            return _("A note to the customer stands on the invoice.")
        return _("A note to the customer goes with the mail.")

    # Too many wrong ones

    def _brake_notes(self):
        """Have no more notes drafted where too many of the last were wrong.

        By the same share as decisions are.
        """
        notes = self.env["billing.note"].sudo()
        for policy in self.filtered(lambda policy: policy.note_mode == "drafted"):
            last = notes.search(
                [
                    ("policy_id", "=", policy.id),
                    ("verdict", "=", "good"),
                    ("judged_at", "!=", False),
                    ("id", ">", policy.note_before_id.id or 0),
                ],
                order="judged_at desc, id desc",
                limit=policy.brake_window,
            )
            wrong = len(last.filtered(lambda note: note.feedback == "wrong"))
            if wrong > policy.brake_percent * policy.brake_window / 100:
                own = policy.sudo().with_context(lang=policy.user_id.lang)
                own._stop_drafting(wrong)

    def _stop_drafting(self, wrong):
        self.note_mode = "template"
        text = _(
            "%(wrong)s of the last %(window)s drafted notes were wrong. Customers get"
            " the template's sentence.",
            wrong=wrong,
            window=self.brake_window,
        )
        self.message_post(body=text, author_id=self.env.user.partner_id.id)
        self._integration_ask(
            self.user_id, _("%s drafts no more notes", self.name), text
        )
