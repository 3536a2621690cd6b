from odoo import Command, _, api, models

from ..billing_reminder import LOOKED_AT, UNSENT
from ..holding import Batch, Shops

UNPAID = ("not_paid", "partial")


class BillingReminder(models.Model):
    """From what is overdue to what may go, and what is held."""

    _inherit = "billing.reminder"

    @api.model
    def _propose(self, letters):
        """Write down letters: new ones, and what became of those that are there.

        :param letters: list of `Letter` of one batch
        :return: the `billing.reminder` records, elevated
        """
        batch = letters[0].batch
        partner_ids = {letter.partner_id for letter in letters}
        known = {
            each._get_key(): each
            for each in self._find_open(batch.company, partner_ids)
        }
        self._prefetch_moves(letters)
        found = self.browse()
        new = []
        for letter in letters:
            reminder = known.get(letter.key)
            if not reminder:
                new.append(letter)
            elif reminder.state in LOOKED_AT:
                reminder._update(letter)
                found |= reminder
        return found | self.create([self._prepare(each) for each in new])

    @api.model
    def _prefetch_moves(self, letters):
        ids = {item.move_id for letter in letters for item in letter.items}
        ids.update(id_ for letter in letters for id_ in letter.credits if id_)
        moves = self.env["account.move"].browse(ids)
        moves.fetch(["name", "invoice_date", "date"])
        return moves

    @api.model
    def _prepare(self, letter):
        """Return the values of a new reminder."""
        return {
            "partner_id": letter.partner_id,
            "currency_id": letter.currency_id,
            "company_id": letter.batch.company.id,
            "action": letter.action,
            "date": letter.batch.today,
            "hold_note": letter.batch.hold_notes.get(letter),
            **self._prepare_update(letter),
            "line_ids": list(map(Command.create, self._prepare_lines(letter))),
        }

    @api.model
    def _prepare_update(self, letter):
        """Return the values of what may have changed meanwhile."""
        level = letter.level
        reasons = self._get_reasons(letter)
        credit = letter.credit if letter.action == "mail" else 0
        currency = self.env["res.currency"].browse(letter.currency_id)
        return {
            "contact_id": letter.contact_id,
            "message_id": False,
            "last_error": False,
            "level_id": level.id,
            "level": level.number,
            "payer_class": letter.payer_class,
            "tone": self.env["billing.payer"]._get_tone(letter.payer_class),
            "amount_due": currency.round(letter.shown),
            "amount_credit": currency.round(credit),
            "amount_total": currency.round(letter.shown - credit),
            "state": self._get_first_state(letter),
            **self._prepare_reasons(reasons),
        }

    @api.model
    def _prepare_reasons(self, reasons):
        """Return the values of what holds a letter.

        :param reasons: list of (code, invoice's id or False, `Reason`)
        """
        codes = sorted({code for code, _move_id, _reason in reasons})
        words = dict.fromkeys(reason.words for _code, _move_id, reason in reasons)
        return {
            "hold_codes": " ".join(codes) or False,
            "hold_reason": "\n".join(words) or False,
            "hold_reasons": [[*key, reason.which] for *key, reason in reasons] or False,
        }

    @api.model
    def _get_first_state(self, letter):
        """Return whether it is held, goes by itself, or waits for a person."""
        if letter.is_held:
            return "held"
        mode = letter.batch.company.billing_remind
        return "queued" if mode == "send" else "proposed"

    @api.model
    def _get_reasons(self, letter):
        """Return what holds a letter, none if it may go.

        :return: list of (code, invoice's id or False, `Reason`)
        """
        if not letter.is_held:
            return []
        reasons = [(code, False, reason) for code, reason in letter.reasons]
        for move_id, those in letter.batch.held_by_letter[letter].items():
            if move_id in letter.raised:
                reasons += [(code, move_id, reason) for code, reason in those]
        return reasons

    @api.model
    def _prepare_lines(self, letter):
        """Return the values of the lines: what is overdue, and what is in favour."""
        lines = self.env["billing.reminder.line"]
        moves = {each.id: each for each in self._prefetch_moves([letter])}
        held = letter.batch.held_by_letter[letter]
        values = [
            lines._prepare(letter, item, moves)
            for item in letter.items
            # What is held and would only be listed is nobody's business
            if item.move_id in letter.raised or item.move_id not in held
        ]
        if letter.action == "mail":
            none = self.env["account.move"]
            values += [
                lines._prepare_credit(letter, moves.get(move_id, none), amount)
                for move_id, amount in letter.credits.items()
            ]
        return values

    def _update(self, letter):
        """Bring a reminder that has not left in line with its letter."""
        self.ensure_one()
        vals = self._prepare_update(letter)
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        lines = self._prepare_lines(letter)
        if self._get_line_keys() != [self._get_line_key(each) for each in lines]:
            changed["line_ids"] = [
                Command.clear(),
                *map(Command.create, lines),
            ]
        if changed:
            self.write(changed)

    def _get_line_keys(self):
        return [
            self._get_line_key(
                {
                    "move_id": line.move_id.id,
                    "level": line.level,
                    "hold_reason": line.hold_reason,
                    "amount": line.amount,
                }
            )
            for line in self.line_ids.sorted("id")
        ]

    @api.model
    def _get_line_key(self, vals):
        names = ("move_id", "level", "hold_reason")
        amount = round(vals["amount"], 6)
        return (*(vals.get(name) or False for name in names), amount)

    def _hold(self, reasons):
        """Note what holds it.

        :param reasons: list of (code, invoice's id or False, `Reason`)
        """
        self.write({"state": "held", **self._prepare_reasons(reasons)})

    def _look_again(self, is_read=False):
        """Find out anew what holds elevated reminders, and what they are about.

        :param is_read: read the orders of shops again first, which commits
        """
        for company, reminders in self.grouped("company_id").items():
            shops = Shops(self.env, asks=is_read)
            partner_ids = reminders.partner_id.ids
            if is_read:
                shops.read_again(reminders.line_ids.move_id.ids)
            batch = reminders._make_batch(company, shops, partner_ids)
            batch.examine()
            reminders._follow(batch)
        if "queued" in self.mapped("state"):
            self.env["billing.operation"]._remind_soon()

    @api.model
    def _make_batch(self, company, shops, partner_ids=None):
        own = company.with_company(company).sudo()
        # Whoever asks, the words that are kept are in the company's language
        own = own.with_context(lang=company.sudo().partner_id.lang or self.env.lang)
        return Batch(own, self._get_today(company), shops, partner_ids)

    def _follow(self, batch):
        """Bring reminders that have not left in line with a batch.

        :return: {reminder: its `Letter`}
        """
        letters = {letter.key: letter for letter in batch.letters}
        found = {}
        for reminder in self:
            letter = letters.get(reminder._get_key())
            if letter:
                reminder._update(letter)
                found[reminder] = letter
            else:
                reminder._close()
        return found

    def _close(self):
        """End what nothing is left of to ask for."""
        self._cancel()
        for reminder in self:
            reminder._message_log(
                body=_("Nothing of it is due any more, or at its step of the plan.")
            )

    @api.model
    def _close_others(self, batch):
        """End what no letter of a whole company is about any more."""
        keys = {letter.key for letter in batch.letters}
        others = self._find_open(batch.company).filtered(
            lambda each: each._get_key() not in keys and each.state in UNSENT
        )
        others._close()

    @api.model
    def _note_paid(self, company):
        """Note which reminders that went are paid, and end those of what is no more.

        What is in draft again is neither: it may be posted again.
        """
        gone = self.search(
            [("company_id", "=", company.id), ("state", "in", ("sent", "escalated"))]
        )
        lines = self.env["billing.reminder.line"].search(
            [("reminder_id", "in", gone.ids), ("level", ">", 0)]
        )
        lines = lines.filtered(lambda line: line.move_id.state in ("draft", "posted"))
        unpaid = lines.filtered(lambda line: line.move_id.payment_state in UNPAID)
        over = gone - unpaid.reminder_id
        paid = over & lines.reminder_id
        paid.state = "paid"
        (over - paid)._close()
        self._note_unpaid(company)

    @api.model
    def _note_unpaid(self, company):
        """Note of which paid ones a payment was undone."""
        back = self.env["billing.reminder.line"].search(
            [
                ("company_id", "=", company.id),
                ("level", ">", 0),
                ("reminder_id.state", "=", "paid"),
                ("move_id.state", "=", "posted"),
                ("move_id.payment_state", "in", UNPAID),
            ]
        )
        for action, reminders in back.reminder_id.grouped("action").items():
            reminders.state = "sent" if action == "mail" else "escalated"
