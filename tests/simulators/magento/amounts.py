"""Amounts as Magento counts them: to the cent, half away from zero."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
HUNDRED_PERCENT = Decimal(100)


def decimal(value: object) -> Decimal:
    """Return a JSON number as it is written; nothing is zero."""
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def cents(value: Decimal) -> Decimal:
    """Round to the cent."""
    return value.quantize(CENT, ROUND_HALF_UP)


def number(value: Decimal) -> int | float:
    """Return the JSON number: PHP writes 60, not 60.0."""
    whole = int(value)
    return whole if whole == value else float(value)


class DeltaRounder:
    """Rounds to the cent and adds what it cut off to the next amount.

    So the rounded parts of a total add up to the rounded total. Each key has a
    remainder of its own. A negative amount is one that will be taken off.
    """

    def __init__(self):
        self._remainders = defaultdict(Decimal)

    def __call__(
        self, amount: Decimal, key: object = None, negative: bool = False
    ) -> Decimal:
        if not amount:
            return ZERO
        sign = -1 if negative else 1
        exact = amount + sign * self._remainders[key]
        rounded = cents(exact)
        self._remainders[key] = sign * (exact - rounded)
        return rounded
