from collections import defaultdict
from datetime import timedelta

from odoo import _, api, models
from odoo.tools import SQL, format_date

from ..magento.ordering.importing.rounding import is_rounding
from ..sending.conveying.billing_dispatch_email import get_addresses
from .holding import Reason

HOLDS = [
    ("disputed", "Disputed"),
    ("promised", "Payment Promised"),
    ("postponed", "No Reminder Until a Day"),
    ("in_transit", "Payment Under Way"),
    ("bank_line", "Seen at the Bank"),
    ("credit_draft", "Credit Note in Draft"),
    ("never_sent", "Never Sent"),
    ("bounced", "Came Back"),
    ("shop_unreached", "Shop Not Read"),
    ("over_in_shop", "Cancelled or Refunded in the Shop"),
    ("paid_in_shop", "Paid in the Shop"),
    ("by_hand", "Held by a Person"),
    ("exempt", "Exempt Customer"),
    ("bank_old", "Bank Data Too Old"),
    ("credit", "Credit Covers It"),
    ("archived", "Archived Customer"),
    ("no_address", "No E-Mail Address"),
    ("blacklisted", "Blacklisted Address"),
]
INVOICE_HOLDS = [code for code, _label in HOLDS[:11]]
LETTER_HOLDS = [code for code, _label in HOLDS[11:]]
# What no person can decide otherwise: there is nothing to ask for, or no way there
NEVER_RELEASED = ("by_hand", "credit", "archived", "no_address", "blacklisted")


class BillingReminderHold(models.AbstractModel):
    """Why somebody is not reminded, rule by rule, for all that is due at once.

    A rule is a method `_hold_<code>` that takes a `Batch`. Those of invoices return
    {invoice's id: `Reason`}, those of letters {letter: `Reason`}. Each asks the
    database once, however many there are.
    """

    _name = "billing.reminder.hold"
    _description = "Reason to Hold Reminders"

    @api.model
    def _get_invoice_holds(self):
        """Return the codes of the rules of invoices."""
        return list(INVOICE_HOLDS)

    @api.model
    def _get_letter_holds(self):
        """Return the codes of the rules of letters, which come after the others."""
        return list(LETTER_HOLDS)

    @api.model
    def _find_reasons_of_invoices(self, batch):
        """Return {invoice's id: [(code, `Reason`)]}."""
        return self._collect(self._get_invoice_holds(), batch)

    @api.model
    def _find_reasons_of_letters(self, batch):
        """Return {letter: [(code, `Reason`)]}, without what a person released."""
        found = self._collect(self._get_letter_holds(), batch)
        for letter, reasons in list(found.items()):
            reminder = batch.open_reminders.get(letter.key)
            released = reminder._get_released() if reminder else ()
            found[letter] = [
                (code, reason)
                for code, reason in reasons
                if (code, False, reason.which) not in released
            ]
        return found

    @api.model
    def _collect(self, codes, batch):
        found = {}
        for code in codes:
            for key, reason in getattr(self, f"_hold_{code}")(batch).items():
                found.setdefault(key, []).append((code, reason))
        return found

    # Invoices: what people said of them

    @api.model
    def _hold_disputed(self, batch):
        found = {}
        for move in self._search_overdue(
            batch, [("billing_dispute_state", "=", "open")]
        ):
            words = _(
                "%(invoice)s is disputed: %(cause)s. Resolution: settle it, then press"
                " Close Dispute on the invoice.",
                invoice=move.name,
                cause=move._billing_describe_dispute(),
            )
            found[move.id] = Reason(words)
        return found

    @api.model
    def _hold_promised(self, batch):
        found = {}
        domain = [("billing_promise_date", ">=", batch.today)]
        for move in self._search_overdue(batch, domain):
            day = move.billing_promise_date
            words = _(
                "The customer promised to pay %(invoice)s until %(day)s. Resolution:"
                " wait until then.",
                invoice=move.name,
                day=format_date(self.env, day),
            )
            found[move.id] = Reason(words, str(day))
        return found

    @api.model
    def _hold_postponed(self, batch):
        found = {}
        domain = [("billing_no_reminder_until", ">=", batch.today)]
        for move in self._search_overdue(batch, domain):
            day = move.billing_no_reminder_until
            words = _(
                "Nobody is to be reminded of %(invoice)s until %(day)s. Resolution:"
                " wait until then, or change the day on the invoice.",
                invoice=move.name,
                day=format_date(self.env, day),
            )
            found[move.id] = Reason(words, str(day))
        return found

    # Invoices: what was paid, and what is credited

    @api.model
    def _hold_in_transit(self, batch):
        """Hold what is being paid: online, or booked and not yet matched."""
        self.env.cr.execute(
            SQL(
                """
                SELECT move.id, 0 FROM account_move AS move
                 WHERE move.id = ANY(%(ids)s) AND move.payment_state = 'in_payment'
                 UNION
                SELECT rel.invoice_id, transaction.id
                  FROM account_invoice_transaction_rel AS rel
                  JOIN payment_transaction AS transaction
                    ON transaction.id = rel.transaction_id
             LEFT JOIN account_payment AS payment
                    ON payment.id = transaction.payment_id
                 WHERE rel.invoice_id = ANY(%(ids)s)
                   AND (transaction.state IN ('pending', 'authorized')
                        OR (transaction.state = 'done'
                            AND (transaction.is_post_processed IS NOT TRUE
                                 OR payment.is_reconciled IS FALSE)))
                """,
                ids=batch.move_ids,
            )
        )
        text = _(
            "A payment of %s is under way. Resolution: wait for it, or match it with"
            " the invoice."
        )
        found = defaultdict(set)
        for move_id, transaction_id in self.env.cr.fetchall():
            found[move_id].add(transaction_id)
        return self._tell(self.env["account.move"].browse(found), text, found)

    @api.model
    def _hold_bank_line(self, batch):
        """Hold what an open bank line seems to pay."""
        text = _(
            "A line of the bank seems to pay %s. Resolution: apply it at Billing ▸"
            " Payments ▸ Bank Lines, or press Not This there."
        )
        found = self.env["billing.match"]._find_lines_of(batch.moves)
        return self._tell(self.env["account.move"].browse(found), text, found)

    @api.model
    def _hold_credit_draft(self, batch):
        """Hold what a draft credits: by name, or as the same lines of an order."""
        notes = self.env["account.move"].search(
            [
                ("company_id", "=", batch.company.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "draft"),
                ("commercial_partner_id", "in", list(batch.partner_ids)),
            ]
        )
        found = defaultdict(set)
        for note in notes:
            billed = note.invoice_line_ids.sale_line_ids.invoice_lines.move_id
            for move in note.reversed_entry_id or billed:
                found[move.id].add(note.id)
        text = _("A credit note of %s is in draft. Resolution: post it, or delete it.")
        return self._tell(notes.browse(found) & batch.moves, text, found)

    # Invoices: whether the customer has them

    @api.model
    def _hold_never_sent(self, batch):
        text = _(
            "%s never reached the customer, as far as is known. Resolution: send it; or"
            " press Sent Otherwise on the invoice, and say how."
        )
        unsent = self._find_unsent(batch) - self._find_bounced(batch).move_id
        return self._tell(unsent, text)

    @api.model
    def _hold_bounced(self, batch):
        text = _(
            "The mail with %s came back. Resolution: correct the address, then press"
            " Send Again."
        )
        bounced = self._find_bounced(batch)
        found = {
            move.id: those.ids for move, those in bounced.grouped("move_id").items()
        }
        return self._tell(self._find_unsent(batch) & bounced.move_id, text, found)

    @api.model
    def _find_bounced(self, batch):
        """Return the dispatches of invoices whose mail came back."""
        return self.env["billing.dispatch"].search(
            [("move_id", "in", batch.move_ids), ("state", "=", "bounced")]
        )

    @api.model
    def _find_unsent(self, batch):
        """Return the invoices of which nobody knows that the customer has them."""
        arrived = self.env["billing.dispatch"]._get_arrived_states()
        dispatches = self.env["billing.dispatch"].search(
            [("move_id", "in", batch.move_ids), ("state", "in", arrived)]
        )
        since = batch.company.billing_sent_since
        return (batch.moves - dispatches.move_id).filtered(
            lambda move: (
                not move.billing_sent_otherwise
                and not (since and move.invoice_date and move.invoice_date < since)
            )
        )

    # Invoices: what the shop knows

    @api.model
    def _hold_shop_unreached(self, batch):
        text = _(
            "The shop's order of %s could not be read again, and may be paid there."
            " Resolution: see why at Magento ▸ Logs, it is tried again each night; if"
            " the shop has it no more, find out whether it was paid, and press Release."
        )
        unread = batch.shops.find_unread(batch.shop_order_ids)
        return self._tell(self._find_billing(batch, unread), text)

    @api.model
    def _hold_over_in_shop(self, batch):
        over = batch.shops.find_over(batch.shop_order_ids)
        text = _(
            "The shop has cancelled or closed the order of %s. Resolution: credit the"
            " invoice; or, if the customer owes it all the same, press Release."
        )
        found = self._tell(self._find_billing(batch, over), text)
        _received, refunded = batch.shop_money
        for move, money in self._sum_up(batch, refunded).items():
            words = _(
                "The shop has refunded %(amount)s for the order of %(invoice)s, which"
                " Odoo has not credited. Resolution: run Import Credit Memos, or credit"
                " the invoice; or, if the customer owes it still, press Release.",
                amount=move.currency_id.format(money),
                invoice=move.name,
            )
            found[move.id] = Reason(words, f"{money:.6f}")
        return found

    @api.model
    def _hold_paid_in_shop(self, batch):
        received, _refunded = batch.shop_money
        orders = self.env["sale.order"].browse(batch.shop_order_ids)
        found = {}
        for move, money in self._sum_up(batch, received).items():
            own = orders.browse(batch.shop_orders[move.id]).with_prefetch(orders.ids)
            words = self._get_paid_text(own) % {
                "amount": move.currency_id.format(money),
                "invoice": move.name,
            }
            found[move.id] = Reason(words, f"{money:.6f}")
        return found

    @api.model
    def _find_billing(self, batch, order_ids):
        """Return the invoices that bill some of the shop's orders."""
        return batch.moves.filtered(
            lambda move: not order_ids.isdisjoint(batch.shop_orders.get(move.id, ()))
        )

    @api.model
    def _sum_up(self, batch, amounts):
        """Return {invoice: what its orders come to}, where that is more than rounding.

        :param amounts: {order's id: amount}
        """
        sums = {
            move: sum(amounts.get(id_, 0) for id_ in batch.shop_orders.get(move.id, ()))
            for move in batch.moves
        }
        return {
            move: amount
            for move, amount in sums.items()
            if amount > 0 and not is_rounding(amount, move.currency_id)
        }

    @api.model
    def _get_paid_text(self, orders):
        """Return the words about money that the shop has of some orders."""
        if any(each._takes_payments() for each in orders.magento_payment_method_id):
            return _(
                "The shop has received %(amount)s for the order of %(invoice)s."
                " Resolution: run Import Invoices of the shop, which registers it; by"
                " hand it would be booked twice."
            )
        return _(
            "The shop has received %(amount)s for the order of %(invoice)s. Resolution:"
            " register that payment in Odoo."
        )

    # Letters

    @api.model
    def _hold_by_hand(self, batch):
        text = _("Held by a person: %s Resolution: press Release.")
        return {
            letter: Reason(text % note) for letter, note in batch.hold_notes.items()
        }

    @api.model
    def _hold_exempt(self, batch):
        text = _(
            "%s is never reminded. Resolution: ask in person, or change that on the"
            " customer."
        )
        partners = self.env["res.partner"].browse(batch.exempt_ids)
        names = {partner.id: partner.name for partner in partners}
        return {
            letter: Reason(text % names[letter.partner_id])
            for letter in batch.letters
            if letter.partner_id in names
        }

    @api.model
    def _hold_bank_old(self, batch):
        reason = self._get_bank_reason(batch.company, batch.today)
        return dict.fromkeys(batch.letters, reason) if reason else {}

    @api.model
    def _get_bank_reason(self, company, today):
        """Return why a company's bank data say nothing of what was paid, or None."""
        if not company.billing_bank_days:
            return None
        self.env.cr.execute(
            SQL(
                """
                SELECT move.date
                  FROM account_move AS move
                  JOIN account_bank_statement_line AS line ON line.move_id = move.id
                  JOIN account_journal AS journal ON journal.id = move.journal_id
                 WHERE journal.type = 'bank' AND move.company_id = ANY(%s)
                   AND move.state = 'posted' AND move.date <= %s
              ORDER BY move.date DESC LIMIT 1
                """,
                company.parent_ids.ids,
                today,
            )
        )
        newest = next((day for (day,) in self.env.cr.fetchall()), None)
        if not newest:
            words = _(
                "No bank statement is there: nobody knows who has paid. Resolution:"
                " enter the bank's lines; or set the days at Settings ▸ Billing ▸"
                " Reminders to 0."
            )
            return Reason(words)
        if today - newest <= timedelta(days=company.billing_bank_days):
            return None
        words = _(
            "The newest line of the bank is of %s: nobody knows who has paid since."
            " Resolution: enter the bank's newer lines.",
            format_date(self.env, newest),
        )
        return Reason(words, str(newest))

    @api.model
    def _hold_credit(self, batch):
        """Hold what comes to nothing with what is in the customer's favour."""
        found = {}
        for letter in batch.letters:
            currency = self.env["res.currency"].browse(letter.currency_id)
            if (
                letter.credit
                and currency.compare_amounts(letter.due, letter.credit) <= 0
            ):
                words = _(
                    "The customer has a credit of %(credit)s, and owes %(due)s of what"
                    " may be asked for. Resolution: match credit notes and payments"
                    " with the invoices.",
                    credit=currency.format(letter.credit),
                    due=currency.format(letter.due),
                )
                found[letter] = Reason(words)
        return found

    @api.model
    def _hold_archived(self, batch):
        text = _(
            "%s is archived: Odoo writes no mail there. Resolution: restore it, or give"
            " the invoices another address."
        )
        return {
            letter: Reason(text % contact.display_name)
            for letter in self._get_mails(batch)
            if not (contact := batch.contacts[letter.contact_id]).active
        }

    @api.model
    def _hold_no_address(self, batch):
        found = {}
        for letter in self._get_mails(batch):
            contact = batch.contacts[letter.contact_id]
            if not get_addresses(contact.email):
                words = _(
                    "%s has no e-mail address that can be used. Resolution: enter one.",
                    contact.display_name,
                )
                found[letter] = Reason(words)
        return found

    @api.model
    def _hold_blacklisted(self, batch):
        mails = self._get_mails(batch)
        addresses = [
            (letter, address)
            for letter in mails
            for address in get_addresses(batch.contacts[letter.contact_id].email)
        ]
        blacklist = self.env["mail.blacklist"].search(
            [("email", "in", [address for _letter, address in addresses])]
        )
        blocked = set(blacklist.mapped("email"))
        text = _(
            "%s wants no mails: it is on Odoo's blacklist. Resolution: ask in another"
            " way, or take it from the list with the customer's consent."
        )
        return {
            letter: Reason(text % address)
            for letter, address in addresses
            if address in blocked
        }

    @staticmethod
    def _get_mails(batch):
        return [each for each in batch.letters if each.action == "mail"]

    @api.model
    def _search_overdue(self, batch, domain):
        """Return the invoices of a domain among those that are overdue."""
        return self.env["account.move"].search([("id", "in", batch.move_ids), *domain])

    @api.model
    def _tell(self, moves, text, which=None):
        """Return {invoice's id: `Reason`}: the text, with its number.

        :param which: {invoice's id: ids of what holds it}
        """
        ids = which or {}
        return {
            move.id: Reason(text % move.name, str(sorted(ids.get(move.id, ()))))
            for move in moves
        }
