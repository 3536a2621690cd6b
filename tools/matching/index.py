"""All open items, read once: what may be written of them, whose they are, how much."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from . import numbers, references
from .records import Item
from .rules import Rules


class Named(NamedTuple):
    """An item that a number may be of.

    :param is_full: whether the number says all of it
    :param is_order: whether it is an order's, not the document's
    """

    item: Item
    is_full: bool
    is_order: bool


@dataclass(frozen=True)
class Checked:
    """Items with the same reference, and of which kind that is."""

    kind: str
    items: list[Item]


class Index:
    """Finds open items."""

    def __init__(self, items: Iterable[Item], rules: Rules) -> None:
        self.items: dict[Hashable, Item] = {}
        self._rules = rules
        self._by_customer: dict[tuple, list[Item]] = defaultdict(list)
        self._by_both: dict[tuple, list[Item]] = defaultdict(list)
        self._by_amount: dict[tuple, list[Item]] = defaultdict(list)
        self._by_number: dict[str, list[Named]] = defaultdict(list)
        self._by_reference: dict[str, Checked] = {}
        self._shapes: set[tuple] = set()
        for item in items:
            if item.amount:
                self._add(item)
        for owned in self._by_customer.values():
            owned.sort(key=lambda item: (item.due, item.date))

    def of_customer(self, customer: Hashable, currency: Hashable) -> Sequence[Item]:
        """Return a customer's items, the oldest first."""
        return self._by_customer.get((customer, currency), ())

    def of_both(
        self, customer: Hashable, currency: Hashable, amount: int
    ) -> Sequence[Item]:
        """Return a customer's items of which exactly this is left."""
        return self._by_both.get((customer, currency, amount), ())

    def of_amount(self, currency: Hashable, amount: int) -> Sequence[Item]:
        """Return the items of which exactly this is left."""
        return self._by_amount.get((currency, amount), ())

    def of_number(self, key: str) -> Sequence[Named]:
        """Return the items that a number may be of; none if it is of too many."""
        found = self._by_number.get(key, ())
        return found if len(found) <= self._rules.common else ()

    def of_reference(self, key: str) -> Checked | None:
        """Return what has this reference with check digits."""
        return self._by_reference.get(key)

    @property
    def has_references(self) -> bool:
        """Say whether any item has a reference with check digits."""
        return bool(self._by_reference)

    def looks_like_ours(self, shape: tuple) -> bool:
        """Say whether documents have numbers of this shape."""
        return shape in self._shapes

    def _add(self, item: Item) -> None:
        self.items[item.id] = item
        self._by_customer[item.customer, item.currency].append(item)
        self._by_both[item.customer, item.currency, item.amount].append(item)
        self._by_amount[item.currency, item.amount].append(item)
        keys: dict[str, Named] = {}
        own = (*item.numbers, item.reference)
        for is_order, written in ((True, item.orders), (False, own)):
            for number in written:
                for key, is_full in numbers.keys(number).items():
                    if is_full or key not in keys or not keys[key].is_full:
                        keys[key] = Named(item, is_full, is_order)
        for key, named in keys.items():
            self._by_number[key].append(named)
        for number in (*item.numbers, *item.orders):
            self._shapes |= numbers.shapes(number)
        if kind := references.kind(item.reference):
            key = references.key(item.reference)
            checked = self._by_reference.setdefault(key, Checked(kind, []))
            checked.items.append(item)
