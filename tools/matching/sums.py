"""Several items that add up to a line's amount."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from datetime import date

from .amounts import Explanation
from .records import Item, Line, Part

# With more, nearly every amount is a sum of something.
MOST = 18


def explain(line: Line, items: Sequence[Item], kind: str) -> Explanation | None:
    """Return the sum of all of these items, None if it is not the line's amount.

    Either all discounts for early payment are taken or none, or some where few items
    have one.
    """
    due = sum(item.amount for item in items)
    whole = tuple(Part(item.id, item.amount) for item in items)
    missing = due - line.amount
    if not missing:
        return Explanation(kind, whole)
    discounts = [d for item in items if (d := _discount(item, line.date))]
    if missing == sum(discounts) or missing in _few_sums(discounts):
        return Explanation(kind, whole, -missing)
    return None


def the_only_subset(
    items: Sequence[Item], amount: int, most: int = MOST
) -> tuple[Item, ...]:
    """Return the two or more items that add up to an amount, () if others do as well.

    Both halves have at most 512 sums, of which one is looked up for each of the other.
    """
    items = items[: min(most, MOST)]
    half = len(items) // 2
    left = sorted(_sums(items[:half]))
    amounts = [total for total, _mask in left]
    found = None
    for total, mask in _sums(items[half:]):
        start = bisect_left(amounts, amount - total)
        for _total, other in left[start : bisect_right(amounts, amount - total)]:
            both = other | mask << half
            if both & (both - 1):
                if found is not None:
                    return ()
                found = both
    if found is None:
        return ()
    return tuple(item for place, item in enumerate(items) if found >> place & 1)


def prefixes(items: Sequence[Item]) -> dict[int, int]:
    """Return the sums of the oldest items, each with how many of them these are."""
    found, total = {}, 0
    for count, item in enumerate(items, start=1):
        total += item.amount
        if count > 1:
            found.setdefault(total, count)
    return found


def same_for_all(items: Sequence[Item]) -> Hashable | None:
    """Return the customer whose items these all are, None if they are of several."""
    customers = {item.customer for item in items}
    return customers.pop() if len(customers) == 1 else None


def _sums(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield the sum of every subset, with a bit for each item in it."""
    sums = [(0, 0)]
    for place, item in enumerate(items):
        sums += [(total + item.amount, mask | 1 << place) for total, mask in sums]
    return iter(sums)


def _discount(item: Item, day: date) -> int:
    if item.discounted is None or not item.discount_until:
        return 0
    return item.amount - item.discounted if day <= item.discount_until else 0


def _few_sums(discounts: Sequence[int]) -> set[int]:
    sums = {0}
    if len(discounts) <= 8:
        for discount in discounts:
            sums |= {total + discount for total in sums}
    return sums
