from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from odoo.tools import split_every

from ....tools.coopcycle.api import CANCELLED, invoicing
from ..importing import group_by_order

# Orders whose invoices are looked up at once
CHUNK = 1000


@dataclass
class StoreSum:
    """What both sides have of a store; amounts without tax."""

    order_count: int = 0
    amount: float = 0.0
    billed_count: int = 0
    billed_amount: float = 0.0


class Comparison:
    """Holds CoopCycle's orders of some days against Odoo's invoices.

    Of the orders that are equal nothing is kept but the sums.
    """

    def __init__(self, connection, period):
        """Prepare to compare.

        :param connection: a `coopcycle.connection`
        :param period: a `Period`
        """
        self.connection = connection
        self.period = period
        self.currency = connection.company_id.currency_id
        self.sums = defaultdict(StoreSum)  # by the store's id in CoopCycle
        self.differences = []  # (cause, LineItem, amount in Odoo, ids of its invoices)

    def run(self, client):
        """Read and compare all orders.

        :param client: a `CoopcycleClient`
        :return: itself
        :raise CoopcycleError: they cannot be read
        """
        live = invoicing.read_line_items(client, self.period)
        cancelled = invoicing.read_line_items(client, self.period, states=CANCELLED)
        items = chain(
            ((item, False) for item in live), ((item, True) for item in cancelled)
        )
        for chunk in split_every(CHUNK, items, list):
            self._compare(chunk)
        return self

    def _compare(self, chunk):
        chunk = [pair for pair in chunk if pair[0].store_id is not None]
        numbers = {item.order_number for item, _is_cancelled in chunk}
        connection = self.connection
        billed = connection._find_billed_orders(numbers)
        billed += connection._find_orders_of_odoo_import(numbers, [])
        moves, amounts = group_by_order(billed), connection._get_billed_amounts(billed)
        for item, is_cancelled in chunk:
            odoo_amount = amounts.get(item.order_number)
            self._add_up(item, is_cancelled, odoo_amount)
            cause = self._find_cause(item, is_cancelled, odoo_amount)
            if cause:
                move_ids = sorted(moves.get(item.order_number, ()))
                self.differences.append((cause, item, odoo_amount or 0.0, move_ids))

    def _add_up(self, item, is_cancelled, odoo_amount):
        sums = self.sums[item.store_id]
        if not is_cancelled:
            sums.order_count += 1
            sums.amount += item.subtotal / 100
        if odoo_amount is not None:
            sums.billed_count += 1
            sums.billed_amount += odoo_amount

    def _find_cause(self, item, is_cancelled, odoo_amount):
        """Return why the two sides differ, None if they do not."""
        if is_cancelled:
            is_billed = not self.currency.is_zero(odoo_amount or 0.0)
            return "cancelled" if is_billed else None
        if odoo_amount is None:
            return "exported" if item.exports else "not_exported"
        if self.currency.compare_amounts(odoo_amount, item.subtotal / 100):
            return "amount"
        return None
