from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ...compat import NOT_SUMMED, check_access
from ..billing.groups import BILLER
from ..shared.opening import open_form, open_records
from .billing_payer import CLASSES
from .billing_reminder_hold import NEVER_RELEASED
from .holding import Reason

STATES = [
    ("proposed", "Proposed"),
    ("held", "Held"),
    ("queued", "On Its Way"),
    ("sent", "Sent"),
    ("escalated", "Escalated"),
    ("failed", "Failed"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]
# Of these, a customer has one for a currency and an action
OPEN = ("proposed", "held", "queued", "failed")
# Of these, nights find out anew what holds them
LOOKED_AT = ("proposed", "held")
# Of these, nothing is on its way
UNSENT = ("proposed", "held", "failed")
OPEN_INDEX = "billing_reminder_open_unique"
ACTIONS = [("mail", "Mail"), ("activity", "Activity")]
TONES = [("gentle", "Gentle"), ("plain", "Plain"), ("firm", "Firm")]


class BillingReminder(models.Model):
    """What a customer is asked for: all that is overdue in one currency.

    The level is each invoice's own; a reminder goes at the highest one. *Sent* says
    that a mail server took it, not that anybody has it. Moments are UTC.
    """

    _name = "billing.reminder"
    _description = "Reminder"
    _inherit = [
        "integration.guard.mixin",
        "billing.mailing.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    contact_id = fields.Many2one(
        "res.partner", "To", readonly=True, ondelete="restrict"
    )
    recipient = fields.Char("Address", readonly=True, help="As it was then.")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    level_id = fields.Many2one(
        "billing.reminder.level", "Step", readonly=True, ondelete="set null"
    )
    level = fields.Integer(
        readonly=True, help="The highest of its invoices.", **NOT_SUMMED
    )
    action = fields.Selection(ACTIONS, required=True, readonly=True, default="mail")
    payer_class = fields.Selection(CLASSES, "Payer", readonly=True)
    tone = fields.Selection(TONES, readonly=True)
    date = fields.Date(
        readonly=True,
        help="When it went, or was cancelled; before that, first proposed.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="proposed", index=True
    )
    line_ids = fields.One2many(
        "billing.reminder.line", "reminder_id", "Invoices", readonly=True
    )
    amount_due = fields.Monetary("Overdue", readonly=True)
    amount_credit = fields.Monetary("In the Customer's Favour", readonly=True)
    amount_total = fields.Monetary("Asked For", readonly=True)
    hold_codes = fields.Char("Codes of the Reasons", readonly=True)
    hold_reason = fields.Text("Why Held", readonly=True)
    hold_reasons = fields.Json(
        "Reasons", readonly=True, help="Code, invoice, and which one of its kind."
    )
    hold_note = fields.Text("Held by a Person", readonly=True)
    released_reasons = fields.Json(
        "Released Of", readonly=True, help="Those of the reasons, as they were then."
    )
    release_reason = fields.Text("Why Released", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, ondelete="restrict"
    )
    cancelled_user_id = fields.Many2one(
        "res.users", "Cancelled By", readonly=True, ondelete="restrict"
    )
    asked_user_id = fields.Many2one(
        "res.users", "Who Sees to It", readonly=True, ondelete="restrict"
    )
    sent_at = fields.Datetime("Sent", readonly=True)
    last_error = fields.Text("Cause", readonly=True)
    letter_table = fields.Html(
        compute="_compute_letter_table", sanitize=False, string="Table of the Letter"
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE UNIQUE INDEX IF NOT EXISTS %s
                    ON billing_reminder (company_id, partner_id, currency_id, action)
                 WHERE state IN ('proposed', 'held', 'queued', 'failed')
                """,
                SQL.identifier(OPEN_INDEX),
            )
        )
        return res

    @api.depends("partner_id.display_name", "level")
    def _compute_display_name(self):
        for reminder in self:
            reminder.display_name = _(
                "%(customer)s, reminder %(level)s",
                customer=reminder.partner_id.display_name,
                level=reminder.level,
            )

    @api.model
    def _find_open(self, company, partner_ids=None):
        """Return what has not left yet, of a company's customers."""
        domain = [("company_id", "=", company.id), ("state", "in", OPEN)]
        if partner_ids is not None:
            domain.append(("partner_id", "in", list(partner_ids)))
        return self.search(domain)

    def _get_key(self):
        """Return of which letter it is."""
        return self.partner_id.id, self.currency_id.id, self.action

    @api.model
    def _join(self, partner, others):
        """Leave open one of each letter to customers that become one.

        That which is on its way, else that which a person holds.
        """
        reminders = self.search(
            [("partner_id", "in", (partner | others).ids), ("state", "in", OPEN)]
        ).sorted(lambda each: (not each.message_id, not each.hold_note, each.id))
        for those in reminders.grouped(
            lambda each: (each.company_id, each.currency_id, each.action)
        ).values():
            those[1:]._take_back()
            those[1:]._cancel()
            those[1:]._note(
                _("Cancelled"),
                _("%s is merged with another one.", partner.display_name),
            )
        self.env.flush_all()

    def _get_released(self):
        """Return the (code, invoice's id, which one) that a person has set aside."""
        return set(map(tuple, self.released_reasons or ()))

    def _forget_released(self, code, moves):
        """Let a reason hold again that a person has given anew.

        :param moves: `account.move` of which it is said
        """
        for reminder in self.filtered("released_reasons"):
            reminder.released_reasons = [
                [each, move_id, which]
                for each, move_id, which in reminder.released_reasons
                if each != code or move_id not in moves.ids
            ]

    def _ask(self, users, summary, text):
        """Ask the first of some users who may see it to look, and note who that is."""
        self.ensure_one()
        if asked := self._integration_ask_first(users, summary, text):
            self.asked_user_id = asked.user_id

    def _get_concerned(self, lines=None):
        """Return who sees to it: as the level says, else who asked for it.

        :param lines: `billing.reminder.line` records of it, None for all
        """
        self.ensure_one()
        salesperson = (lines or self.line_ids).move_id.invoice_user_id[:1]
        users = self.level_id._get_users(salesperson) if self.level_id else []
        others = (self.user_id, self.company_id.billing_collector_id, salesperson)
        return users + [user for user in others if user]

    # Buttons

    def action_send(self):
        """Send what is proposed or has failed, once it is looked at again."""
        self._check_user()
        self._check_is_no_copy()
        if self.filtered(lambda each: each.state not in ("proposed", "failed")):
            raise UserError(
                _("Only what is proposed or failed is sent. Resolution: release it.")
            )
        if "off" in self.company_id.sudo().mapped("billing_remind"):
            raise UserError(
                _(
                    "Reminders are switched off. Resolution: choose otherwise at"
                    " Settings ▸ Billing ▸ Reminders."
                )
            )
        self.sudo()._take_back()
        self.sudo().write(
            {"state": "queued", "user_id": self.env.uid, "last_error": False}
        )
        self.env["billing.operation"]._remind_soon()
        return True

    def hold(self, reason):
        """Hold what has not left until a person releases it.

        :param str reason: why, which is kept
        :raise UserError: it has left, or no reason is given
        """
        words = self._check_decision(reason)
        self.sudo()._take_back()
        for reminder in self.sudo():
            reminder.hold_note = words
            reminder._hold([("by_hand", False, Reason(words))])
        self._note(_("Held"), words)
        return True

    def release(self, reason):
        """Set aside what holds it now; what else comes up holds it again.

        :param str reason: why, which is kept
        :raise UserError: it is not held, no reason is given, or nobody can decide so
        """
        words = self._check_decision(reason)
        for reminder in self.sudo():
            codes = set((reminder.hold_codes or "").split())
            if reminder.state != "held":
                raise UserError(_("It is not held."))
            if codes & set(NEVER_RELEASED) - {"by_hand"}:
                raise UserError(reminder.hold_reason)
            reasons = [
                each for each in reminder.hold_reasons or () if each[0] != "by_hand"
            ]
            reminder.write(
                {
                    "hold_note": False,
                    "released_reasons": (reminder.released_reasons or []) + reasons,
                    "release_reason": words,
                }
            )
        self._note(_("Released"), words)
        self.sudo()._look_again()
        return True

    def cancel(self, reason):
        """Cancel what has not left: its invoices wait as if it had gone.

        :param str reason: why, which is kept
        :raise UserError: it has left, or no reason is given
        """
        words = self._check_decision(reason)
        self.sudo()._take_back()
        self.sudo()._cancel(cancelled_user_id=self.env.uid)
        self._note(_("Cancelled"), words)
        return True

    def action_look_again(self):
        """Find out anew what is due, and what is held; shops are read again first."""
        self._check_user()
        waiting = self.sudo().filtered(lambda each: each.state in LOOKED_AT)
        waiting._look_again(is_read=True)
        return True

    def action_open_invoices(self):
        """Open the invoices that it is about."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Invoices"), self.line_ids.move_id)

    def action_open_customer(self):
        """Open the customer."""
        self.ensure_one()
        check_access(self, "read")
        return open_form(self.partner_id)

    def _cancel(self, **vals):
        """Cancel elevated records.

        :param vals: what else is noted of them
        """
        for company, reminders in self.grouped("company_id").items():
            today = reminders._get_today(company)
            reminders.write({"state": "cancelled", "date": today, **vals})

    def _take_back(self):
        """Have nothing leave of elevated reminders that Odoo may mail still."""
        self._find_waiting_mails().cancel()
        self.line_ids.is_live = False
        self.message_id = False

    @api.model
    def _get_today(self, company):
        """Return the day where a company is."""
        return self.env["billing.policy"]._get_day(company, fields.Datetime.now())

    def _note(self, what, words):
        """Note on elevated reminders what a person decided."""
        for reminder in self.sudo():
            text = _("%(what)s: %(words)s", what=what, words=words)
            reminder._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _check_decision(self, reason):
        """Return the reason that a person gives who may decide.

        :raise UserError: none is given, or one of these has left
        """
        self._check_user()
        words = self.env["billing.decision"]._check_reason(reason)
        for reminder in self.sudo():
            if reminder.state not in OPEN:
                raise UserError(
                    _(
                        "The reminder of %(customer)s has left, or is over, since"
                        " %(day)s.",
                        customer=reminder.partner_id.display_name,
                        day=format_date(self.env, reminder.date),
                    )
                )
        return words

    @api.model
    def _check_is_no_copy(self):
        """Check that this is no copy of the database, which Odoo has neutralised.

        :raise UserError: it is
        """
        if words := self._why_not_from_here():
            raise UserError(words)

    def _check_user(self):
        """Check that the user may decide on these.

        :raise AccessError: they may not
        """
        check_access(self, "read")
        if not self.env.user.has_group(BILLER):
            raise AccessError(_("Only who makes invoices sends reminders."))
