"""Whether a discount lowers the tax: "Apply Customer Tax", before or after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .taxes import LineTax

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
# Magento may round the tax of each piece
CENT, HALF_CENT = Decimal("0.01"), Decimal("0.005")


@dataclass(frozen=True)
class Discounted:
    """A row with a discount; `net` is after it, without tax."""

    net: Decimal
    discount: Decimal
    compensation: Decimal
    tax: Decimal
    taxes: tuple[LineTax, ...]
    quantity: Decimal

    def is_taxed(self, net: Decimal) -> bool:
        """Say whether the tax is that of another net amount."""
        off = min(abs(self.tax - net * rate) for rate in _rates(self.taxes))
        return off <= CENT + HALF_CENT * abs(self.quantity)


def keep_tax(rows: Iterable[Discounted]) -> bool:
    """Say whether the discounts of an order leave its taxes as they are."""
    taxed = [row for row in rows if row.tax and row.discount and row.taxes]
    if any(row.compensation for row in taxed):
        return False
    fits = [
        (row.is_taxed(row.net + row.discount), row.is_taxed(row.net)) for row in taxed
    ]
    return (True, False) in fits and (False, True) not in fits


def _rates(taxes: tuple[LineTax, ...]) -> tuple[Decimal, Decimal]:
    """Return what the rates come to side by side, and one upon the other."""
    added, compound = ZERO, ONE
    for each in taxes:
        added += each.percent / HUNDRED
        compound *= ONE + each.percent / HUNDRED
    return added, compound - ONE
