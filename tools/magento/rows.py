"""What the rows of an order come to: the reading that its own totals explain.

Versions and settings of Magento give rows in several ways: before or after the
discount, never below zero, in 2.4.8 the price of one piece. A reading that holds for
the whole order adds up to its grand total, or to its subtotal less discounts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from .amounts import amount, text
from .product_tax import ProductTax

ZERO = Decimal(0)
# Rows have four decimals, totals two
LARGEST_ROUNDING = Decimal("0.005")


@dataclass(frozen=True)
class RawRow:
    """An item, with the fixed product taxes that its row may have within."""

    item: dict
    product_tax: ProductTax | None

    def get(self, name: str) -> Decimal:
        return amount(self.item, name)

    @property
    def item_id(self) -> str:
        return text(self.item, "item_id")

    @property
    def discount(self) -> Decimal:
        """The discount, positive on items and negative on orders."""
        return abs(self.get("discount_amount"))

    @property
    def compensation(self) -> Decimal:
        """The tax within a discount that was given on prices with tax."""
        return self.get("discount_tax_compensation_amount")

    @property
    def tax(self) -> Decimal:
        return self.get("tax_amount")


def _without_tax(row: RawRow) -> Decimal:
    return row.get("row_total_incl_tax") - row.tax


def _without_product_tax(row: RawRow) -> Decimal:
    return _without_tax(row) - (row.product_tax.net if row.product_tax else ZERO)


def _without_gross_product_tax(row: RawRow) -> Decimal:
    return _without_tax(row) - (row.product_tax.total if row.product_tax else ZERO)


def _price(row: RawRow) -> Decimal:
    price = row.get("price") * row.get("qty_ordered")
    return price - row.discount + row.compensation


def _price_with_tax(row: RawRow) -> Decimal:
    return row.get("price_incl_tax") * row.get("qty_ordered") - row.discount - row.tax


def _after_discount(row: RawRow) -> Decimal:
    return row.get("row_total") + row.compensation


def _before_discount(row: RawRow) -> Decimal:
    return row.get("row_total") - row.discount + row.compensation


def _as_it_is(row: RawRow) -> Decimal:
    return row.get("row_total")


# The first one that explains the totals is taken: the most exact ones come first
READINGS: tuple[Callable[[RawRow], Decimal], ...] = (
    _without_product_tax,
    _without_tax,
    _without_gross_product_tax,
    _after_discount,
    _before_discount,
    _as_it_is,
    _price_with_tax,
    _price,
)


def read_rows(
    raw: dict, rows: list[RawRow], shipping_total: Decimal
) -> dict[str, Decimal]:
    """Return what each row comes to after discount, without tax, by item id.

    :param rows: of the items whose prices count
    :param shipping_total: what the delivery comes to, with tax
    """
    targets = _targets(raw, rows, shipping_total)
    has_total = all(row.item.get("row_total_incl_tax") is not None for row in rows)
    readings = [
        {row.item_id: reading(row) for row in rows}
        for reading in (READINGS if has_total else READINGS[3:])
    ]

    def miss(reading):
        total = sum(reading.values(), ZERO)
        return min(abs(total - target) for target in targets)

    explained = (each for each in readings if miss(each) <= LARGEST_ROUNDING)
    return next(explained, None) or min(readings, key=miss, default={})


def _targets(
    raw: dict, rows: Iterable[RawRow], shipping_total: Decimal
) -> tuple[Decimal, ...]:
    """Return what the rows may add up to, by the totals of the order.

    Its grand total has whatever extensions add; its subtotal may have the fixed product
    taxes, by a setting.
    """
    rows = list(rows)
    product_taxes = [row.product_tax for row in rows if row.product_tax]
    taxes = sum((row.tax for row in rows), ZERO)
    taxed = sum((each.total for each in product_taxes), ZERO)
    by_total = amount(raw, "grand_total") - shipping_total - taxes - taxed
    discounts = sum((row.discount for row in rows), ZERO)
    compensations = sum((row.compensation for row in rows), ZERO)
    by_subtotal = amount(raw, "subtotal") - discounts + compensations
    without = by_subtotal - sum((each.net for each in product_taxes), ZERO)
    return by_total, by_subtotal, without
