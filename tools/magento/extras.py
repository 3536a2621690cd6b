"""Totals that an extension of the shop adds: gift cards, store credit, surcharges."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from .amounts import MalformedOrderError, amount

# More candidates than this are no longer tried out: 3 to the power of them
MAX_CANDIDATES = 8
CENT = Decimal("0.01")
NO_TOTALS = ("base_", "notification_", "send_")
# Words in the names of totals that stand on the order itself
WORDS = ("gift", "balance", "reward", "surcharge", "fee", "credit", "points")
NOT_ON_THE_ORDER = ("_invoiced", "_refunded", "_canceled", "_id")


@dataclass(frozen=True)
class Extra:
    """One extra total; negative if it lowers what the customer pays.

    `name` is the field in Magento, such as "gift_cards_amount".
    """

    name: str
    amount: Decimal


def explain_residual(raw: dict, residual: Decimal) -> tuple[Extra, ...]:
    """Return the extra totals that add up to what lines and shipping do not explain.

    An extension names its total as it likes and gives it either sign, so the ones are
    taken, with the signs, that make up the residual exactly; none if none do.
    """
    if abs(residual) < CENT:
        return ()
    candidates = _candidates(raw)[:MAX_CANDIDATES]
    choices = sorted(
        product((0, 1, -1), repeat=len(candidates)),
        key=lambda signs: sum(map(abs, signs)),
    )
    for signs in choices:
        extras = tuple(
            Extra(name, sign * value)
            for sign, (name, value) in zip(signs, candidates, strict=True)
            if sign
        )
        if extras and abs(sum(extra.amount for extra in extras) - residual) < CENT:
            return extras
    return ()


def _candidates(raw: dict) -> list[tuple[str, Decimal]]:
    """Return the amounts that an extension may have added to an order, by name."""
    attributes = {
        **{name: raw[name] for name in raw if any(word in name for word in WORDS)},
        **(raw.get("extension_attributes") or {}),
    }
    found = []
    for name in sorted(attributes):
        if name.startswith(NO_TOTALS) or name.endswith(NOT_ON_THE_ORDER):
            continue
        try:
            value = abs(amount(attributes, name))
        except MalformedOrderError:
            continue
        if value:
            found.append((name, value))
    return found
