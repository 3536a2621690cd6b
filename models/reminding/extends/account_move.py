from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....compat import check_access
from ...billing.groups import READERS
from ...shared.opening import open_records
from ...shared.reasons import read_words
from ..billing_reminder import LOOKED_AT

CAUSES = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("quality", "Quality of the Goods"),
    ("delivery", "Delivery"),
    ("not_ordered", "Not Ordered"),
    ("other", "Something Else"),
]


class AccountMove(models.Model):
    """What people say of an invoice that is not paid, and its reminders."""

    _inherit = "account.move"

    billing_reminder_line_ids = fields.One2many(
        "billing.reminder.line", "move_id", "Reminders", readonly=True, groups=READERS
    )
    billing_reminder_level = fields.Integer(
        "Reminded at Level",
        compute="_compute_billing_reminders",
        compute_sudo=True,
        groups=READERS,
    )
    billing_reminded_on = fields.Date(
        "Last Reminder",
        compute="_compute_billing_reminders",
        compute_sudo=True,
        groups=READERS,
    )
    billing_dispute_state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        "Dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=READERS,
    )
    billing_dispute_cause = fields.Selection(
        CAUSES, "Cause of the Dispute", readonly=True, copy=False, groups=READERS
    )
    billing_dispute_note = fields.Text(
        "What Is Disputed", readonly=True, copy=False, groups=READERS
    )
    billing_dispute_user_id = fields.Many2one(
        "res.users", "Dispute Entered By", readonly=True, copy=False, groups=READERS
    )
    billing_dispute_until = fields.Date(
        "To Be Settled Until", readonly=True, copy=False, groups=READERS
    )
    billing_promise_date = fields.Date(
        "Payment Promised Until", readonly=True, copy=False, groups=READERS
    )
    billing_promise_note = fields.Text(
        "What Was Promised", readonly=True, copy=False, groups=READERS
    )
    billing_promise_user_id = fields.Many2one(
        "res.users", "Promise Entered By", readonly=True, copy=False, groups=READERS
    )
    billing_no_reminder_until = fields.Date(
        "No Reminder Until", readonly=True, copy=False, groups=READERS
    )
    billing_sent_otherwise = fields.Text(
        "Sent Otherwise",
        readonly=True,
        copy=False,
        groups=READERS,
        help="How the customer got it, as a person says.",
    )

    @api.depends("billing_reminder_line_ids.is_live")
    def _compute_billing_reminders(self):
        for move in self:
            live = move.billing_reminder_line_ids.filtered(
                lambda line: line.is_live and line.level
            )
            move.billing_reminder_level = max(live.mapped("level"), default=0)
            move.billing_reminded_on = max(
                live.reminder_id.mapped("date"), default=False
            )

    def _billing_describe_dispute(self):
        """Return the cause of a dispute, and its note."""
        self.ensure_one()
        field = self._fields["billing_dispute_cause"]
        causes = dict(field._description_selection(self.env))
        cause = causes.get(self.billing_dispute_cause, "")
        return f"{cause}: {self.billing_dispute_note}".removesuffix(": False")

    # What people say

    def billing_dispute(self, cause, note="", until=False):
        """Enter that the customer disputes invoices; nobody is reminded of them.

        :param str cause: a value of the field `billing_dispute_cause`
        :param note: what is disputed
        :param until: the day until which it is to be settled, if any: somebody is asked
        :raise UserError: one is not posted, or there is no such cause
        """
        moves = self._billing_check_debtor()
        causes = [
            code for code, _label in self._fields["billing_dispute_cause"].selection
        ]
        if cause not in causes:
            raise UserError(_("There is no such cause of a dispute."))
        day = moves._billing_read_day(until)
        moves.write(
            {
                "billing_dispute_state": "open",
                "billing_dispute_cause": cause,
                "billing_dispute_note": read_words(note),
                "billing_dispute_user_id": self.env.uid,
                "billing_dispute_until": day,
            }
        )
        for move in moves:
            move._billing_note(_("Disputed: %s", move._billing_describe_dispute()))
            if day:
                salesperson = move.invoice_user_id
                is_seen = salesperson and move._integration_is_seen_by(salesperson)
                move._integration_ask(
                    salesperson if is_seen else self.env.user,
                    _("Settle the dispute"),
                    move._billing_describe_dispute(),
                ).date_deadline = day
        self._billing_look_again_at_reminders("disputed")
        return True

    def action_billing_close_dispute(self):
        """Enter that disputes are settled, also of what is not posted any more."""
        self._billing_check_sender()
        disputed = self.sudo().filtered(
            lambda move: move.billing_dispute_state == "open"
        )
        disputed.write({"billing_dispute_state": "closed"})
        for move in disputed:
            move._billing_note(_("The dispute is settled."))
        disputed._billing_look_again_at_reminders()
        return True

    def billing_promise(self, date, note=""):
        """Enter that the customer promised to pay until a day.

        :param date: the day
        :param note: what was said
        :raise UserError: one is not posted, or no day is given
        """
        moves = self._billing_check_debtor()
        day = moves._billing_read_day(date)
        if not day:
            raise UserError(_("Say until when it was promised."))
        words = read_words(note)
        moves.write(
            {
                "billing_promise_date": day,
                "billing_promise_note": words,
                "billing_promise_user_id": self.env.uid,
            }
        )
        for move in moves:
            text = _(
                "Payment promised until %(day)s. %(note)s", day=day, note=words or ""
            )
            move._billing_note(text)
        self._billing_look_again_at_reminders("promised")
        return True

    def billing_postpone_reminders(self, until, reason):
        """Have nobody reminded of invoices until a day.

        :param until: the day, False to take that back
        :param str reason: why, which is kept
        """
        moves = self._billing_check_debtor()
        words = self.env["billing.decision"]._check_reason(reason)
        day = moves._billing_read_day(until)
        moves.write({"billing_no_reminder_until": day})
        text = (
            _("No reminder until %(day)s: %(reason)s", day=day, reason=words)
            if day
            else _("Reminders are not postponed any more: %s", words)
        )
        for move in moves:
            move._billing_note(text)
        self._billing_look_again_at_reminders("postponed")
        return True

    def billing_mark_sent_otherwise(self, reason):
        """Enter that the customer has invoices that were not sent from here.

        :param str reason: how they went, which is kept
        """
        moves = self._billing_check_debtor()
        words = self.env["billing.decision"]._check_reason(reason)
        moves.write({"billing_sent_otherwise": words})
        for move in moves:
            move._billing_note(_("Sent otherwise: %s", words))
        self._billing_look_again_at_reminders()
        return True

    def action_billing_open_reminders(self):
        """Open the reminders of it."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Reminders"), self.billing_reminder_line_ids.reminder_id)

    def _billing_check_debtor(self):
        """Return these elevated, for a user who may say something about them.

        :raise AccessError: the user may not
        :raise UserError: one is no posted invoice
        """
        self._billing_check_sender()
        if self.filtered(
            lambda move: move.state != "posted" or move.move_type != "out_invoice"
        ):
            raise UserError(_("Only posted invoices of customers are reminded of."))
        return self.sudo()

    def _billing_read_day(self, value):
        """Return the day that somebody gives of these, False for none.

        :raise UserError: it is none, or one before them
        """
        try:
            day = fields.Date.to_date(value or False) or False
        except (TypeError, ValueError) as error:
            raise UserError(_("There is no such day.")) from error
        if day and day < min(self.mapped("invoice_date"), default=day):
            raise UserError(_("There is no such day."))
        return day

    def _billing_note(self, text):
        self._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _post(self, soft=True):
        """Forget how another customer was reminded of what is now this one's."""
        posted = super()._post(soft)
        lines = self.env["billing.reminder.line"].sudo()
        live = lines.search([("move_id", "in", posted.ids), ("is_live", "=", True)])
        live.filtered(
            lambda line: (
                line.reminder_id.partner_id != line.move_id.commercial_partner_id
            )
        ).is_live = False
        return posted

    def button_draft(self):
        """Forget how the customer got what is changed now."""
        res = super().button_draft()
        told = self.sudo().filtered("billing_sent_otherwise")
        told.billing_sent_otherwise = False
        return res

    def _billing_look_again_at_reminders(self, code=None):
        """Find out anew what holds the reminders of these that have not left.

        :param code: of what was said just now: it holds, whatever was released before
        """
        reminders = self.sudo().billing_reminder_line_ids.reminder_id
        if code:
            reminders._forget_released(code, self)
        reminders.filtered(lambda each: each.state in LOOKED_AT)._look_again()
