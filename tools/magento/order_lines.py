"""What an order sells, line by line, to the cent.

A configurable product is two items with one SKU: the parent has the price, the child
names the variant. A bundle with a dynamic price carries its price on the parent and
again on the children, one with a fixed price on the parent alone (recordings
`order_get_configurable`, `order_get_bundle`).
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .amounts import MalformedOrderError, amount, flag, text
from .options import read_options
from .taxes import LineTax, read_item_taxes

PRODUCT, BUNDLE, BUNDLE_TITLE, BUNDLE_PART = (
    "product",
    "bundle",
    "bundle_title",
    "bundle_part",
)


@dataclass(frozen=True)
class OrderLine:
    """One line.

    `role` is "product" (sold and delivered), "bundle" (a fixed price, its parts are
    what is delivered), "bundle_title" (no price: its parts have theirs) or
    "bundle_part".
    `net` is the row after discount without tax, `tax` its tax, `price` the shop's own
    price of one, before discount and tax; `list_price` the one before a special price.
    `is_decimal` says that it may be sold in parts of one.
    `item_id` is what an invoice or a shipment names; `child_item_id` the item of a
    configurable's variant; `parent_item_id` a bundle part's bundle.
    `product_id` is Magento's of what is delivered, `configured_id` of what the options
    were chosen of: of a configurable not the same one.
    """

    item_id: str
    child_item_id: str
    parent_item_id: str
    role: str
    product_type: str
    product_id: str
    configured_id: str
    sku: str
    name: str
    variant_name: str
    is_virtual: bool
    is_decimal: bool
    quantity: Decimal
    price: Decimal
    list_price: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    taxes: tuple[LineTax, ...]
    options: tuple[tuple[str, str], ...]
    weight: Decimal

    @property
    def total(self) -> Decimal:
        """The row after discount with tax."""
        return self.net + self.tax


def read_lines(raw: dict) -> tuple[OrderLine, ...]:
    """Read the items of an order.

    :raise MalformedOrderError: an item lacks what every item has
    """
    items = raw.get("items")
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise MalformedOrderError("items")
    children = defaultdict(list)
    for item in items:
        children[text(item, "parent_item_id")].append(item)
    rows = _discounted_rows(raw, [item for item in items if _has_price(item, children)])
    taxes = read_item_taxes(raw)
    lines = []
    for item in children[""]:
        parts = children[text(item, "item_id")]
        role = role_of(item, parts)
        variant = parts[0] if parts and role == PRODUCT else None
        lines.append(_read_line(item, role, rows, taxes, variant=variant))
        if role != PRODUCT:
            lines += [_read_line(part, BUNDLE_PART, rows, taxes) for part in parts]
    return tuple(lines)


def role_of(item: dict, parts: list[dict]) -> str:
    """Return what an item of the shop's order is, by the items below it."""
    product_type = text(item, "product_type")
    if product_type == "configurable" or (product_type != "bundle" and not parts):
        return PRODUCT
    return BUNDLE_TITLE if _is_dynamic(parts) else BUNDLE


def _is_dynamic(parts: list[dict]) -> bool:
    return any(amount(part, "price") or amount(part, "row_total") for part in parts)


def _has_price(item: dict, children: dict[str, list[dict]]) -> bool:
    """Say whether an item's price counts: a dynamic bundle's stands on its parts."""
    return role_of(item, children[text(item, "item_id")]) != BUNDLE_TITLE


def _discounted_rows(raw: dict, items: list[dict]) -> dict[str, Decimal]:
    """Return the row of each item after discount, without tax, by item id.

    Magento 2.3 and later give `row_total` after the discount, 2.1 and 2.2 before it; in
    a shop whose prices include tax the discount's own tax may be taken out as well. The
    right reading is the one that adds up to the order's `subtotal`, which is always
    before discount.
    """
    readings = [
        [
            (amount(item, "row_total") + addition(item), item)
            for item in items
            if amount(item, "row_total") or amount(item, "discount_amount")
        ]
        for addition in (
            _discount,
            lambda item: Decimal(0),
            lambda item: _discount(item) - _compensation(item),
        )
    ]
    subtotal = amount(raw, "subtotal")
    rows = min(readings, key=lambda reading: abs(_total(reading) - subtotal))
    return {
        text(item, "item_id"): row - _discount(item) + _compensation(item)
        for row, item in rows
    }


def _total(reading) -> Decimal:
    return sum((row for row, _item in reading), Decimal(0))


def _discount(item: dict) -> Decimal:
    """Return an item's discount, positive on items and negative on orders."""
    return abs(amount(item, "discount_amount"))


def _compensation(item: dict) -> Decimal:
    """Return the tax within a discount that was given on prices with tax."""
    return amount(item, "discount_tax_compensation_amount")


def _read_line(item: dict, role: str, rows, taxes, variant: dict | None = None):
    item_id = text(item, "item_id", required=True)
    quantity = amount(item, "qty_ordered", required=True)
    is_title = role == BUNDLE_TITLE
    tax = Decimal(0) if is_title else amount(item, "tax_amount")
    sold = variant or item
    return OrderLine(
        item_id=item_id,
        child_item_id=text(variant or {}, "item_id"),
        parent_item_id=text(item, "parent_item_id"),
        role=role,
        product_type=text(sold, "product_type"),
        product_id=text(sold, "product_id"),
        configured_id=text(item, "product_id"),
        sku=text(sold, "sku"),
        name=text(item, "name"),
        variant_name=text(variant or {}, "name"),
        is_virtual=flag(item, "is_virtual"),
        is_decimal=flag(item, "is_qty_decimal"),
        quantity=quantity,
        price=amount(item, "price"),
        list_price=amount(item, "original_price"),
        discount=Decimal(0) if is_title else _discount(item),
        net=Decimal(0) if is_title else rows.get(item_id, Decimal(0)),
        tax=tax,
        taxes=() if is_title else taxes.of_item(item, tax),
        options=read_options(item),
        weight=amount(item, "weight"),
    )
