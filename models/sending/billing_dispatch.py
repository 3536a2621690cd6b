import logging

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import Constraint, check_access
from ..billing.deciding.conflicts import is_conflict_of_others
from ..shared.opening import open_form
from ..shared.running import do_at_commit, lock_rows, touch_rows
from .dispatching import Channels

_logger = logging.getLogger(__name__)

CHANNELS = [
    ("email", "E-Mail"),
    ("peppol", "Peppol"),
    ("portal", "Portal"),
    ("post", "Letter"),
    ("none", "Nothing"),
]
# What is tried after one that cannot work
CHAIN = ("peppol", "email", "post")
# Their mails have the link to the portal
LINKING = ("email", "portal")
STATES = [
    ("queued", "To Send"),
    ("held", "Held"),
    ("mailed", "On Its Way"),
    ("to_print", "To Print"),
    ("sent", "Sent"),
    ("posted", "Brought to the Post"),
    ("accepted", "Accepted"),
    ("opened", "Opened"),
    ("downloaded", "Downloaded"),
    ("bounced", "Bounced"),
    ("failed", "Failed"),
    ("none", "Nothing to Send"),
    ("superseded", "Replaced"),
]
# What the customer did is never taken back by what a mail server says later
SEEN = ("opened", "downloaded")
# Nor is what is over
SETTLED = (*SEEN, "superseded")
# Of these, something is still to leave
TO_SEND = ("queued", "held", "to_print", "failed")
# Of these, nothing has left
UNSENT = (*TO_SEND, "none")
# Of these, somebody has it in hand
UNDER_WAY = ("mailed", "sent")
# A mail server may say anything, at any length
LONGEST_WORDS = 1000


class BillingDispatch(models.Model):
    """One version of an invoice on its way to the customer, and what is known of that.

    *Sent* says that a mail server took it, not that anybody has it. Moments are UTC.

    A way is a value of `channel` and three methods that end in `_by_<its code>`:
    `_why_not`, `_get_recipient` and `_send`.
    """

    _name = "billing.dispatch"
    _description = "Sent Invoice"
    _inherit = ["integration.guard.mixin", "billing.mailing.mixin"]
    _order = "id desc"

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    number = fields.Char(readonly=True, help="The invoice's, as it was then.")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(
        "Total",
        currency_field="company_currency_id",
        readonly=True,
        help="The invoice's, as it was then, in the company's currency.",
    )
    version = fields.Integer(
        readonly=True,
        required=True,
        help="Counts on when the invoice was changed, or is sent again.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    decision_id = fields.Many2one(
        "billing.decision", readonly=True, ondelete="set null", index="btree_not_null"
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    reason = fields.Text("Why This Way", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    recipient = fields.Char("To", readonly=True, help="The address to which it went.")
    user_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, ondelete="restrict"
    )
    again_reason = fields.Text("Why Again", readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="queued", index=True
    )
    sent_at = fields.Datetime(
        "Sent",
        readonly=True,
        help="A mail server, Peppol or Odoo's service took it then, or somebody brought"
        " it to the post. That is not to say that anybody has it.",
    )
    accepted_at = fields.Datetime(
        "Accepted", readonly=True, help="Peppol handed it to the customer's side then."
    )
    seen_at = fields.Datetime("Opened", readonly=True)
    posted_user_id = fields.Many2one(
        "res.users", "Brought to the Post By", readonly=True, ondelete="restrict"
    )
    evidence = fields.Text(
        readonly=True, help="Since when (UTC) each state is so, and what shows it."
    )
    alert_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    attempt_count = fields.Integer("Attempts", readonly=True)
    last_error = fields.Text("Cause", readonly=True)

    _version_unique = Constraint(
        "unique(move_id, version)", "This version of the invoice is sent already."
    )

    @api.depends("number", "version")
    def _compute_display_name(self):
        for dispatch in self:
            dispatch.display_name = _(
                "%(number)s, version %(version)s",
                number=dispatch.number,
                version=dispatch.version,
            )

    # From the invoice to the queue

    @api.model
    def _queue(self, moves, again_reason=False):
        """Queue posted invoices, but those that are on their way, or sent, already.

        :param moves: `account.move`
        :param again_reason: why they are sent once more: then those as well
        :return: the new dispatches
        """
        moves = moves.filtered(
            lambda move: move.state == "posted" and move.is_sale_document()
        )
        known = moves._billing_find_live_dispatches()
        if again_reason:
            known._supersede()
        else:
            moves -= known.move_id | moves._billing_find_mailed()
        if moves:
            touch_rows(moves)  # who does the same at once begins anew, and sees it
        channels = Channels(self.env)
        found = self.sudo().create(
            [self._prepare(move, channels.choose(move), again_reason) for move in moves]
        )
        found.filtered(lambda each: each.state == "held")._ask_for_help()
        if found:
            self._send_soon()
        return found

    @api.model
    def _prepare(self, move, choice, again_reason):
        versions = move.sudo().billing_dispatch_ids.mapped("version")
        decision = move.sudo().billing_decision_ids[:1]
        return {
            "move_id": move.id,
            "number": move.name,
            "amount_total": move.amount_total_signed,
            "version": max(versions, default=0) + 1,
            "company_id": move.company_id.id,
            "decision_id": decision.id,
            "user_id": self.env.uid,
            "again_reason": again_reason,
            **self._prepare_way(move, choice),
        }

    @api.model
    def _prepare_way(self, move, choice):
        return {
            "partner_id": move.partner_id.id,
            "recipient": self._get_recipient(choice.channel, move),
            "channel": choice.channel,
            "reason": choice.reason,
            "state": self._get_first_state(choice),
            "last_error": False if choice.channel else choice.reason,
        }

    @api.model
    def _get_first_state(self, choice):
        if not choice.channel:
            return "held"
        return "none" if choice.channel == "none" else "queued"

    # Ways

    @api.model
    def _why_not(self, channel, move):
        """Return why an invoice cannot go this way, in a user's words, or nothing."""
        check = getattr(self, f"_why_not_by_{channel}", None)
        if not check:
            return _("This way is not installed.")
        return check(move)

    @api.model
    def _get_substitutes(self, channel):
        """Return what is tried, in order, after a way that cannot work."""
        return CHAIN[CHAIN.index(channel) + 1 :] if channel in CHAIN else CHAIN

    @api.model
    def _get_recipient(self, channel, move):
        """Return the address to which an invoice goes, as text, or nothing."""
        find = getattr(self, f"_get_recipient_by_{channel}", None)
        return find(move) if find else False

    @api.model
    def _get_channel_label(self, channel):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        return labels.get(channel, channel)

    @api.model
    def _why_not_by_none(self, _move):
        return ""

    def _shows_link(self):
        """Say whether the customer gets the link to the portal with it."""
        return self.channel in LINKING or self.move_id._billing_shows_link()

    # Sending

    @api.model
    def _send_soon(self):
        self.env["billing.operation"]._wake_senders()

    def _send(self):
        """Send one that is queued; a copy of the database holds it.

        :return: whether it has gone
        :raise UserError: it cannot be
        """
        self.ensure_one()
        if words := self._why_not_from_here():
            self.write({"state": "held", "last_error": words})
            return False
        if self.move_id.state != "posted":
            raise UserError(_("Only posted invoices are sent."))
        if why_not := self._why_not(self.channel, self.move_id):
            raise UserError(why_not)  # it could, when it was queued
        recipient = self._get_recipient(self.channel, self.move_id)
        self.write({"attempt_count": self.attempt_count + 1, "recipient": recipient})
        getattr(self, f"_send_by_{self.channel}")()
        return True

    def _complete_body(self, body):
        """Return the text of the mail, with what else the customer is to read.

        :param body: HTML, as the template has it
        """
        return body

    def _take_mailed(self, message):
        """Note that Odoo's mail has it.

        :param message: `mail.message`
        :raise UserError: it has no mail for the customer
        """
        self._check_mailed(message)
        self.write({"state": "mailed", "message_id": message.id, "last_error": False})
        self._take_receipt()

    def _fail(self, text):
        """Note that it did not go, and have somebody look."""
        self._take_state("failed", text, last_error=text)
        self._ask_for_help()

    def _take_sent(self, words, state="sent", **vals):
        """Note that somebody took it just now, to bring it to the customer.

        :param str words: who says so, and how it can be shown
        """
        vals = {"sent_at": fields.Datetime.now(), "last_error": False, **vals}
        self._take_state(state, words, **vals)

    def _take_state(self, state, words, **vals):
        """Note a state, and in the evidence since when it is so and what shows it.

        :param str words: what is said of it; from outside it may be, and is text
        """
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        line = f"{fields.Datetime.now()} UTC, {label}: {words or ''}"
        for dispatch in self:
            lines = [*(dispatch.evidence or "").splitlines(), line]
            dispatch.write({"state": state, "evidence": "\n".join(lines), **vals})
        if state in self._get_arrived_states():
            self._end_alert()

    @api.model
    def _look_at_receipts(self, messages):
        """Note what is said of messages when the transaction ends.

        Until then Odoo takes a mail for failed that it is just sending. Their rows are
        locked before it sends: who wrote them meanwhile has it begin anew, and what
        a mail server has taken is not rolled back, to be sent once more. Odoo 18 logs
        which mail that was, and then can read no more.

        :param messages: `mail.message`
        """
        messages.sudo().mapped("message_id")
        for records in filter(None, self._find_sent_with(messages.ids)):
            lock_rows(records)
            do_at_commit(records, "_take_receipt")

    @api.model
    def _find_sent_with(self, message_ids):
        """Return what went with messages: list of record sets, elevated."""
        return [self.sudo().search([("message_id", "in", message_ids)])]

    def _get_addressee(self):
        return self.partner_id

    def _take_receipt(self):
        unsettled = self.filtered(lambda each: each.state not in SETTLED)
        return super(BillingDispatch, unsettled)._take_receipt()

    @api.model
    def _fail_lost(self, company):
        """Note of which the mail was taken from Odoo's queue, and not sent.

        :param company: whose
        """
        mailed = self.search(
            [("company_id", "=", company.id), ("state", "=", "mailed")]
        )
        for dispatch in mailed._find_lost():
            dispatch._fail(
                _("It was taken from Odoo's queue. Resolution: press Try Again.")
            )

    def _take_status(self, receipt):
        """Note what is said of one recipient's mail.

        :param receipt: `mail.notification`
        """
        status = receipt.notification_status
        words = (receipt.failure_reason or "")[:LONGEST_WORDS]
        if status == "sent" and self.state in ("mailed", "failed"):
            self._take_sent(self._get_evidence(receipt), **self._get_address(receipt))
        elif status == "bounce" and self.state != "bounced":
            self._take_state(
                "bounced",
                words,
                last_error=_(
                    "The mail came back: %s Resolution: correct the address, then press"
                    " Send Again.",
                    words,
                ),
            )
            self._ask_for_help()
        elif status in ("exception", "canceled") and self.state == "mailed":
            self._take_refusal(words or receipt.format_failure_reason())

    def _get_evidence(self, receipt):
        """Return what shows that something was sent, as text.

        :param receipt: `mail.notification`
        """
        return receipt.mail_message_id.message_id

    def _take_refusal(self, words):
        """Note that what Odoo had in a queue did not go."""
        self._fail(
            _(
                "The mail was not sent: %s Resolution: correct what is named, then"
                " press Send Again.",
                words,
            )
        )

    def _take_seen(self, state, words):
        """Note that somebody who is no employee opened the invoice in the portal.

        :param str words: who that was, as far as it is known
        """
        order = ("", *SEEN)
        for dispatch in self.filtered(lambda each: each.state not in UNSENT):
            now = dispatch.state if dispatch.state in SEEN else ""
            if order.index(state) <= order.index(now):
                continue
            seen_at = dispatch.seen_at or fields.Datetime.now()
            dispatch._take_state(state, words, seen_at=seen_at)

    @api.model
    def _get_arrived_states(self):
        """Return the states of what a customer has, as far as anybody can know."""
        return ("sent", "posted", "accepted", "opened", "downloaded")

    def _have_left(self):
        """Say of all versions of an invoice whether the customer may have it as it is.

        One that is sent again is the same as the version before.
        """
        gone = (*self._get_arrived_states(), "mailed", "bounced")
        versions = self.sorted("version", reverse=True)
        if versions[:1].state == "superseded":
            return False
        for version in versions:
            if version.sent_at or version.state in gone:
                return True
            if not version.again_reason:
                break
        return False

    def _supersede(self):
        """End what is known of versions that are no longer the invoice."""
        self._stop()
        self._end_alert()
        self.write({"state": "superseded"})

    def _stop(self):
        """Let nothing go that Odoo still has in a queue."""

    def _ask_for_help(self):
        """Ask the first of those concerned who may see the invoice to look.

        That nobody can be asked is no reason for others to wait: it is logged.
        """
        self._end_alert()
        for dispatch in self.filtered("move_id"):
            try:
                with self.env.cr.savepoint():
                    dispatch.alert_id = dispatch.move_id._integration_ask_first(
                        dispatch._get_concerned(),
                        _("The invoice does not reach the customer"),
                        dispatch.last_error or "",
                    )
            except Exception as error:
                if is_conflict_of_others(error, self.env):
                    raise
                _logger.error("%s: nobody was asked", dispatch, exc_info=error)

    def _end_alert(self):
        """Take back what somebody was asked to look at."""
        self.alert_id.unlink()

    def _get_sender(self):
        """Return the user in whose name it is sent."""
        return self._get_concerned()[0]

    def _get_concerned(self):
        """Return whose the invoice is, who answers for its policy, and who asked."""
        self.ensure_one()
        users = (
            self.move_id.invoice_user_id,
            self.decision_id.policy_id.user_id,
            self.user_id,
        )
        return [user for user in users if user]

    # Buttons

    def action_try_again(self):
        """Choose the way anew, and queue what has not left.

        :raise UserError: one has left already
        """
        self._check_user()
        if self.filtered(lambda each: each.state not in UNSENT):
            raise UserError(_("It has left. Resolution: press Send Again."))
        channels = Channels(self.env)
        self.sudo()._stop()
        for dispatch in self.sudo():
            move = dispatch.move_id
            dispatch.write(self._prepare_way(move, channels.choose(move)))
        self._send_soon()
        return True

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return open_form(self.move_id)

    def _check_user(self):
        """Check that the user may send these.

        :raise AccessError: they may not
        """
        check_access(self, "read")
        self.move_id._billing_check_sender()
