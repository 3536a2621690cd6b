from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import fields

from ....tools.coopcycle.api import Period, invoicing
from ....tools.coopcycle.api.deliveries import read_own_store
from ....tools.coopcycle.api.endings import COMPLETED
from ...shared.days import begin_of
from ..delivering.coopcycle_delivery import LOST

# A slot may begin before, and end after, the day on which something was delivered
MARGIN = timedelta(days=7)


@dataclass
class Billed:
    """What a courier bills of one order; without tax."""

    amount: float = 0.0
    day: date | None = None
    move_ids: set[int] = field(default_factory=set)


class DeliveryCheck:
    """Holds what a courier bills against the deliveries that were made.

    :param connection: a `coopcycle.connection`, elevated
    :param period: a `Period`
    """

    def __init__(self, connection, period):
        self.connection = connection
        self.env = connection.env
        self.period = period
        self.currency = connection.company_id.currency_id
        self.today = fields.Date.context_today(connection)
        self.billed = {}  # order number → Billed, also of other days
        self.to_check = set()  # order numbers that are billed for these days

    def read_items(self):
        """Read what CoopCycle invoices the store of our application for.

        :raise CoopcycleError: it cannot be read
        """
        with self.connection._get_courier_client() as client:
            store_id = read_own_store(client)
        first, last = self.period.first, self.period.last
        wide = Period(first - MARGIN, last + MARGIN)
        with self.connection._get_client() as client:
            for item in invoicing.read_line_items(client, wide):
                if item.store_id == store_id:
                    self.billed[item.order_number] = Billed(
                        item.subtotal / 100, item.day
                    )
                    if first <= item.day <= last:
                        self.to_check.add(item.order_number)
        return self

    def read_bills(self):
        """Read vendor bills that name our orders, as they are in Odoo.

        A courier's bill is dated after the month that it is for.
        """
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.connection.company_id.id),
                ("move_id.move_type", "in", ("in_invoice", "in_refund")),
                ("parent_state", "!=", "cancel"),
                ("display_type", "=", "product"),
                ("name", "like", "("),
                ("date", ">=", self.period.first),
            ]
        )
        by_move = defaultdict(set)
        for line in lines:
            number = self.connection._get_order_number(line.name or "")
            if number:
                billed = self.billed.setdefault(number, Billed(day=line.date))
                billed.amount += line.balance
                billed.move_ids.add(line.move_id.id)
                by_move[line.move_id.id].add(number)
        own = set(self._find_made().mapped("order_number"))
        # Bills of others may have labels that look alike
        for numbers in by_move.values():
            if numbers & own:
                self.to_check |= numbers
        return self

    def find(self):
        """Return what does not fit: (cause, number, `Billed`, delivery or None)."""
        made = self._find_made()
        known = self._find_known(self.to_check)
        found = [
            (cause, number, self.billed[number], known.get(number))
            for number in sorted(self.to_check)
            if (cause := self._find_cause(self.billed[number], known.get(number)))
        ]
        return found + [
            ("not_billed", delivery.order_number, Billed(), delivery)
            for delivery in made
            if delivery.order_number not in self.billed
        ]

    def count(self):
        """Return how many orders were looked at."""
        return len(self.to_check | set(self._find_made().mapped("order_number")))

    def _find_cause(self, billed, delivery):
        is_made = delivery and delivery.courier_state == COMPLETED
        if not is_made and self.currency.is_zero(billed.amount):
            return None  # a credit note has taken it back
        if not delivery:
            return "no_delivery"
        # What CoopCycle lists of today may be on its way
        is_lost = delivery.courier_state in LOST or billed.day < self.today
        if not is_made and (is_lost or billed.move_ids):
            return "not_delivered"
        agreed = delivery.order_total - delivery.order_tax
        if self.currency.compare_amounts(billed.amount, agreed):
            return "price"
        return None

    def _find_made(self):
        """Return the deliveries that were completed on these days."""
        zone = self.connection.company_id.partner_id.tz or "UTC"
        return self.env["coopcycle.delivery"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("courier_state", "=", COMPLETED),
                ("order_number", "!=", False),
                ("done_at", ">=", begin_of(self.period.first, zone)),
                ("done_at", "<", begin_of(self.period.last + timedelta(days=1), zone)),
            ],
            order="done_at, id",
        )

    def _find_known(self, numbers):
        """Return {order number: delivery} of any day."""
        deliveries = self.env["coopcycle.delivery"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("order_number", "in", list(numbers)),
            ]
        )
        return {delivery.order_number: delivery for delivery in deliveries}
