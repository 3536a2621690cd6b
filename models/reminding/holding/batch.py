"""All letters that are due, with what is known of their invoices, read at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from .overdue import read_credits, read_overdue


@dataclass(eq=False)
class Letter:
    """What goes to one customer in one currency, or to somebody who is asked.

    :param action: "mail" or "activity"
    :param items: the overdue invoices, those that are only listed included
    :param raised: {invoice's id: the `billing.reminder.level` that it climbs to}
    :param credits: {account.move's id: amount}
    :param payer_class: of the customer
    """

    batch: object
    partner_id: int
    currency_id: int
    action: str
    items: list
    credits: dict
    payer_class: str
    raised: dict = field(default_factory=dict)

    @property
    def key(self):
        return self.partner_id, self.currency_id, self.action

    @property
    def level(self):
        """The highest level of those that it is about."""
        return max(self.about.values(), key=lambda level: level.number)

    @property
    def about(self):
        """What of `raised` goes, all of it if nothing does."""
        free_ids = self.free_ids
        free = {id_: level for id_, level in self.raised.items() if id_ in free_ids}
        return free or self.raised

    @property
    def free_ids(self):
        """The ids of the invoices that nothing holds."""
        held = self.batch.held_by_letter[self]
        return {each.move_id for each in self.items if each.move_id not in held}

    @property
    def is_held(self):
        """Whether none of what it is about may go."""
        return bool(self.reasons) or not (self.free_ids & self.raised.keys())

    @property
    def reasons(self):
        """[(code, `Reason`)] that hold it as a whole."""
        return self.batch.reasons_of_letters.get(self, [])

    @property
    def due(self):
        """What the invoices that nothing holds come to."""
        free = self.free_ids
        return sum(each.amount for each in self.items if each.move_id in free)

    @property
    def shown(self):
        """What is shown of it: what goes, or all that would if nothing held it."""
        if self.is_held:
            return sum(each.amount for each in self.items)
        return self.due

    @property
    def credit(self):
        """What is in the customer's favour."""
        return sum(self.credits.values())

    @property
    def contact_id(self):
        """Whom the newest of those that it is about is addressed to."""
        about = self.about
        return [each for each in self.items if each.move_id in about][-1].contact_id


class Batch:
    """The letters of a company that are due today, and why some are held.

    :param company: `res.company`, elevated
    :param today: the day where the company is
    :param shops: `Shops` that were asked
    :param partner_ids: of commercial partners, None for all
    """

    def __init__(self, company, today, shops, partner_ids=None):
        self.env = company.env
        self.company = company
        self.today = today
        self.shops = shops
        self.items = read_overdue(company, today, partner_ids)
        self.letters = self._collect()
        self.partner_ids = {letter.partner_id for letter in self.letters}
        self.items = [
            each for each in self.items if each.partner_id in self.partner_ids
        ]
        self.held, self.reasons_of_letters = {}, {}

    # What rules read

    @cached_property
    def move_ids(self):
        return [each.move_id for each in self.items]

    @cached_property
    def shop_orders(self):
        """{invoice's id: ids of the shop's orders that it bills}."""
        return self.shops.find_orders(self.move_ids)

    @cached_property
    def shop_order_ids(self):
        return {id_ for ids in self.shop_orders.values() for id_ in ids}

    @cached_property
    def shop_money(self):
        """What shops received and refunded that Odoo has not: {order's id: amount}."""
        return self.shops.read_money(self.shop_order_ids)

    @cached_property
    def moves(self):
        """The invoices, elevated."""
        moves = self.env["account.move"].browse(self.move_ids)
        moves.fetch(self._get_read_fields())
        return moves

    @staticmethod
    def _get_read_fields():
        return [
            "name",
            "currency_id",
            "date",
            "invoice_date",
            "billing_sent_otherwise",
        ]

    @cached_property
    def contacts(self):
        """{id: `res.partner`} of whom letters go to."""
        ids = {letter.contact_id for letter in self.letters}
        contacts = self.env["res.partner"].browse(ids)
        contacts.fetch(["name", "email", "lang", "active"])
        return {each.id: each for each in contacts}

    @cached_property
    def open_reminders(self):
        """{key of a letter: its `billing.reminder` that has not left}."""
        reminders = self.env["billing.reminder"]._find_open(
            self.company, self.partner_ids
        )
        reminders.fetch(["partner_id", "currency_id", "action", "hold_note"])
        return {each._get_key(): each for each in reminders}

    @cached_property
    def hold_notes(self):
        """{letter: why a person holds it}.

        Where its step has become another action, the hold goes on.
        """
        keys = {letter.key for letter in self.letters}
        ended = {
            key[:2]: each
            for key, each in self.open_reminders.items()
            if key not in keys
        }
        found = {}
        for letter in self.letters:
            last = self.open_reminders.get(letter.key) or ended.get(letter.key[:2])
            if last and last.hold_note:
                found[letter] = last.hold_note
        return found

    def days(self, item):
        """Return for how many days an invoice is overdue."""
        return (self.today - item.due).days

    # Which letters

    def _collect(self):
        """Return the letters of whatever climbs to its next level."""
        by_key = defaultdict(list)
        for item in self.items:
            by_key[item.key].append(item)
        ids = list({partner_id for partner_id, _currency in by_key})
        credits_by_key = read_credits(self.company, ids)
        steps, classes = self._read_plans(ids)
        letters = {}
        for (partner_id, currency_id), items in by_key.items():
            for item in items:
                level = self._find_next(item, steps[partner_id])
                if not level:
                    continue
                key = partner_id, currency_id, level.action
                if key not in letters:
                    letters[key] = Letter(
                        self,
                        *key,
                        items=items,
                        credits=credits_by_key.get(key[:2], {}),
                        payer_class=classes[partner_id],
                    )
                letters[key].raised[item.move_id] = level
        for letter in letters.values():
            if letter.action == "activity":
                letter.items = [
                    each for each in letter.items if each.move_id in letter.raised
                ]
        return list(letters.values())

    def _find_next(self, item, steps):
        """Return the level that an invoice climbs to now, None if it does not."""
        above = ((level, days) for level, days in steps if level.number > item.level)
        level, days = next(above, (None, 0))
        if not level or self.days(item) < days:
            return None
        waits = (
            (item.reminded_on, level.days_between),
            (item.cancelled_on, level._get_days_after_cancelling()),
        )
        if any(day and (self.today - day).days < days for day, days in waits):
            return None
        return level

    def _read_plans(self, ids):
        """Return {partner's id: levels and their days}, {partner's id: class}."""
        usual = self.env["billing.reminder.plan"]._get_default(self.company)
        payers = self.env["billing.payer"].search(
            [("partner_id", "in", ids), ("company_id", "=", self.company.id)]
        )
        payers.fetch(["partner_id", "payer_class", "plan_id", "is_exempt"])
        self.exempt_ids = {each.partner_id.id for each in payers if each.is_exempt}
        known = {each.partner_id.id: each for each in payers}
        classes, found, steps = {}, {}, {}
        for id_ in ids:
            payer = known.get(id_, payers.browse())
            classes[id_] = payer.payer_class or "normal"
            key = payer.plan_id.filtered("active") or usual, classes[id_]
            if key not in steps:
                steps[key] = key[0]._get_steps(key[1])
            found[id_] = steps[key]
        return found, classes

    # What is held

    def examine(self):
        """Find out what is held, and why."""
        rules = self.env["billing.reminder.hold"]
        self.held = rules._find_reasons_of_invoices(self)
        self.reasons_of_letters = rules._find_reasons_of_letters(self)

    @cached_property
    def held_by_letter(self):
        """{letter: {invoice's id: [(code, `Reason`)]}}, but what a person released."""
        return {letter: self._get_held(letter) for letter in self.letters}

    def _get_held(self, letter):
        reminder = self.open_reminders.get(letter.key)
        released = reminder._get_released() if reminder else ()
        found = {}
        for item in letter.items:
            left = [
                (code, reason)
                for code, reason in self.held.get(item.move_id, ())
                if (code, item.move_id, reason.which) not in released
            ]
            if left:
                found[item.move_id] = left
        return found
