import time
from collections import defaultdict
from dataclasses import dataclass

from odoo.tools import split_every

from ....tools.coopcycle.api import CANCELLED, DELIVERED, OPEN, LineItem, invoicing
from ..importing import group_by_order

# Orders whose invoices are looked up at once
CHUNK = 1000


class OutOfTimeError(Exception):
    """There was no time for all orders.

    :param int count: how many there was time for
    """

    def __init__(self, count):
        super().__init__(count)
        self.count = count


@dataclass
class StoreSum:
    """What both sides have of a store; amounts without tax."""

    order_count: int = 0
    amount: float = 0.0
    billed_count: int = 0
    billed_amount: float = 0.0


@dataclass(frozen=True)
class Difference:
    """An order that both sides do not have alike.

    :param amount: in Odoo, without tax
    :param move_ids: of its invoices
    """

    cause: str
    item: LineItem
    amount: float
    move_ids: list[int]


class Comparison:
    """Holds CoopCycle's orders of some days against Odoo's invoices.

    Of the orders that are equal nothing is kept but the sums.
    """

    def __init__(self, reconciliation):
        """Prepare to compare.

        :param reconciliation: the `coopcycle.reconciliation`, which says why an order
            differs
        """
        self.reconciliation = reconciliation
        self.connection = reconciliation.connection_id
        self.period = reconciliation._get_period()
        self.sums = defaultdict(StoreSum)  # by the store's id in CoopCycle
        self.differences = []
        self.unreadable = []  # numbers of orders that CoopCycle does not tell properly
        self._seen = set()

    def run(self, client, deadline=None):
        """Read and compare all orders.

        :param client: a `CoopcycleClient`
        :param float deadline: `time.monotonic()` after which it is given up
        :return: itself
        :raise CoopcycleError: they cannot be read
        :raise OutOfTimeError: they are too many
        """
        for chunk in split_every(CHUNK, self._read(client, deadline), list):
            self._compare(chunk)
        return self

    def _read(self, client, deadline):
        """Yield (`LineItem`, its states) of each order once.

        Those on their way come first: one that is delivered meanwhile is not missed.
        """
        for states in (OPEN, DELIVERED, CANCELLED):
            for item in invoicing.read_line_items(
                client, self.period, states=states, unreadable=self.unreadable
            ):
                if deadline is not None and time.monotonic() > deadline:
                    raise OutOfTimeError(len(self._seen))
                if item.store_id is not None and item.order_id not in self._seen:
                    self._seen.add(item.order_id)
                    yield item, states

    def _compare(self, chunk):
        numbers = {item.order_number for item, _states in chunk}
        connection = self.connection
        billed = connection._find_billed_orders(numbers)
        billed += connection._find_orders_of_odoo_import(numbers, [])
        moves, amounts = group_by_order(billed), connection._get_billed_amounts(billed)
        for item, states in chunk:
            odoo_amount = amounts.get(item.order_number)
            is_due = self.reconciliation._is_due(item, states)
            if odoo_amount is None and not is_due:
                continue
            self._add_up(item, states, odoo_amount)
            if cause := self.reconciliation._find_cause(item, states, odoo_amount):
                move_ids = sorted(moves.get(item.order_number, ()))
                self.differences.append(
                    Difference(cause, item, odoo_amount or 0.0, move_ids)
                )

    def _add_up(self, item, states, odoo_amount):
        sums = self.sums[item.store_id]
        if states != CANCELLED:
            sums.order_count += 1
            sums.amount += item.subtotal / 100
        if odoo_amount is not None:
            sums.billed_count += 1
            sums.billed_amount += odoo_amount
