"""Each item's part of its amounts, when a part of its quantity is invoiced or refunded.

The last part is what the earlier ones left, so that all of them add up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from .amounts import ZERO, DeltaRounder, decimal, number
from .documents import PREFIXES
from .order_items import OrderItems, quantity, row_total, row_total_incl_tax


@dataclass(frozen=True)
class Kind:
    """What an amount is a part of, and where the order item counts the parts.

    :param whole: (order item, currency prefix) → the amount of the whole quantity
    :param done: the order item's field with what earlier documents took
    """

    whole: Callable[[dict, str], Decimal]
    done: str


def _field(name: str) -> Callable[[dict, str], Decimal]:
    return lambda item, prefix: decimal(item.get(f"{prefix}{name}"))


INVOICED = {
    "row_total": Kind(row_total, "row_invoiced"),
    "discount_amount": Kind(_field("discount_amount"), "discount_invoiced"),
    "tax_amount": Kind(_field("tax_amount"), "tax_invoiced"),
    "discount_tax_compensation_amount": Kind(
        _field("discount_tax_compensation_amount"), "discount_tax_compensation_invoiced"
    ),
}
REFUNDED = {
    "row_total": Kind(_field("row_invoiced"), "amount_refunded"),
    "discount_amount": Kind(_field("discount_invoiced"), "discount_refunded"),
    "tax_amount": Kind(_field("tax_invoiced"), "tax_refunded"),
    "discount_tax_compensation_amount": Kind(
        _field("discount_tax_compensation_invoiced"),
        "discount_tax_compensation_refunded",
    ),
}
# Magento goes through all items once for each of these, and what rounding cuts off
# goes on from one to the next.
_COLLECTORS = (
    ("row_total",),
    ("discount_amount",),
    ("tax_amount", "discount_tax_compensation_amount"),
)


class ItemParts:
    """The amounts of one document's items, in both currencies.

    :param quantities: order item id → quantity on the document
    :param kinds: INVOICED or REFUNDED
    """

    def __init__(
        self,
        items: OrderItems,
        quantities: dict[int, Decimal],
        kinds: dict[str, Kind],
    ):
        self._items = items
        self._quantities = quantities
        self._kinds = kinds
        self._open = items.to_invoice if kinds is INVOICED else items.to_refund
        self._round = DeltaRounder()

    @property
    def is_last_of_order(self) -> bool:
        """Say whether the document takes all that is left of the order's items."""
        return all(
            self._is_last(item) for item in self._items.all if self._open(item) > 0
        )

    def amounts(self) -> dict[int, dict]:
        """Return order item id → amounts; dummies have none."""
        carrying = [
            self._items.by_id[item_id]
            for item_id in self._quantities
            if not self._items.is_dummy(self._items.by_id[item_id])
        ]
        found: dict[int, dict] = {item_id: {} for item_id in self._quantities}
        for names in _COLLECTORS:
            for item in carrying:
                line = found[item["item_id"]]
                for prefix in PREFIXES:
                    self._collect(line, item, prefix, names)
        return found

    def _collect(
        self, line: dict, item: dict, prefix: str, names: tuple[str, ...]
    ) -> None:
        for name in names:
            kind = self._kinds[name]
            whole = kind.whole(item, prefix)
            if name == "discount_amount" and not whole:
                continue
            left = whole - decimal(item.get(f"{prefix}{kind.done}"))
            part = self._part(item, left, prefix, negative=name == "discount_amount")
            line[f"{prefix}{name}"] = number(part)
        if "row_total" in names:
            qty = self._quantities[item["item_id"]]
            each = row_total_incl_tax(item, prefix) / quantity(item, "ordered")
            incl_tax = self._round(each * qty, (prefix, "including"))
            line[f"{prefix}row_total_incl_tax"] = number(incl_tax)

    def _part(
        self, item: dict, left: Decimal, prefix: str, *, negative: bool
    ) -> Decimal:
        if self._is_last(item):
            return left
        qty = self._quantities[item["item_id"]]
        return self._round(left / self._available(item) * qty, prefix, negative)

    def _available(self, item: dict) -> Decimal:
        if self._kinds is INVOICED:
            return quantity(item, "ordered") - quantity(item, "invoiced")
        return quantity(item, "invoiced") - quantity(item, "refunded")

    def _is_last(self, item: dict) -> bool:
        return self._quantities.get(item["item_id"], ZERO) == self._open(item)
