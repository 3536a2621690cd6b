"""How a line's amount is explained by one item."""

from dataclasses import dataclass

from .records import Item, Line, Part
from .rules import Rules

# Explained to the cent: nothing is missing, and nothing too much
EXPLAINED = frozenset(("exact", "discount", "sum_named", "balance", "sum"))


@dataclass(frozen=True)
class Explanation:
    """What is settled, and what the amount has to do with it.

    :param kind: ``exact``; ``discount`` for early payment; ``discount_late``;
        ``charges`` that a bank kept; ``partial``; ``overpaid``; and of several items
        ``sum_named``, ``balance``, ``sum``, ``payout``
    :param difference: the line's amount less what is settled
    """

    kind: str
    parts: tuple[Part, ...]
    difference: int = 0

    @property
    def is_exact(self) -> bool:
        """Say whether the amount is explained to the cent."""
        return self.kind in EXPLAINED


def explain(line: Line, item: Item, rules: Rules) -> Explanation | None:
    """Return what the line's amount is to an item, None if they go opposite ways."""
    paid, due = line.amount, item.amount
    if not paid or (paid < 0) != (due < 0):
        return None
    whole = (Part(item.id, due),)
    difference = paid - due
    if not difference:
        return Explanation("exact", whole)
    if paid == item.discounted:
        in_time = item.discount_until and line.date <= item.discount_until
        return Explanation(
            "discount" if in_time else "discount_late", whole, difference
        )
    if abs(paid) > abs(due):
        return Explanation("overpaid", whole, difference)
    if abs(difference) <= most_charges(due, rules):
        return Explanation("charges", whole, difference)
    return Explanation("partial", (Part(item.id, paid),))


def most_charges(due: int, rules: Rules) -> int:
    """Return what a bank may keep of an amount."""
    return min(abs(due) * rules.charges_share // 1000, rules.charges_most)
