"""Fixed product taxes, such as an eco-contribution: Magento calls them FPT or weee."""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .amounts import amount, text
from .taxes import LineTax

ZERO = Decimal(0)


@dataclass(frozen=True)
class ProductTax:
    """The fixed product taxes of one item, of all its pieces together.

    `net` is without tax, `tax` the tax on it, which is in no tax of the item.
    """

    title: str
    net: Decimal
    tax: Decimal
    taxes: tuple[LineTax, ...]

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def read_product_tax(item: dict, line_taxes: tuple[LineTax, ...]) -> ProductTax | None:
    """Return the fixed product taxes of an order's item, None if it has none.

    :param line_taxes: the rates that the order lists for them
    """
    applied = _read_applied(item)
    net = amount(item, "weee_tax_applied_row_amount")
    net = net or _sum(applied, "row_amount")
    if not net:
        return None
    tax = sum((each.amount for each in line_taxes), ZERO)
    if not line_taxes:
        tax = max(_sum(applied, "row_amount_incl_tax") - net, ZERO)
    titles = dict.fromkeys(text(each, "title") for each in applied)
    return ProductTax(", ".join(filter(None, titles)), net, tax, line_taxes)


def _read_applied(item: dict) -> list[dict]:
    """Return the taxes that an item names, which are JSON within JSON."""
    try:
        applied = json.loads(text(item, "weee_tax_applied") or "[]", parse_float=str)
    except ValueError:
        return []
    if not isinstance(applied, list):
        return []
    return [each for each in applied if isinstance(each, dict)]


def _sum(applied: list[dict], name: str) -> Decimal:
    try:
        return sum((Decimal(str(each.get(name) or 0)) for each in applied), ZERO)
    except InvalidOperation:
        return ZERO
