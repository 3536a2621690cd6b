"""What an order sells, line by line, to the cent.

A configurable product is two items with one SKU: the parent has the price, the child
names the variant. A bundle with a dynamic price carries its price on the parent and
again on the children, one with a fixed price on the parent alone (recordings
`order_get_configurable`, `order_get_bundle`).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from .amounts import MalformedOrderError, amount, flag, text
from .discounts import Discounted, keep_tax
from .options import read_options
from .order_items import CONFIGURABLE, OrderItems
from .product_tax import ProductTax, read_product_tax
from .rows import RawRow, read_rows
from .shipping import Shipping
from .taxes import LineTax, OrderTaxes, read_item_taxes

ZERO = Decimal(0)
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
    `untaxed_discount` is a discount that leaves the tax as it is, which `net` is
    without; `product_tax` are fixed product taxes, which are in no other amount.
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
    untaxed_discount: Decimal = ZERO
    product_tax: ProductTax | None = None

    @property
    def total(self) -> Decimal:
        """All that it costs, with every tax."""
        total = self.net + self.tax - self.untaxed_discount
        return total + (self.product_tax.total if self.product_tax else ZERO)


@dataclass(frozen=True)
class Amounts:
    """What a row comes to; see `OrderLine`."""

    net: Decimal = ZERO
    tax: Decimal = ZERO
    taxes: tuple[LineTax, ...] = ()
    untaxed_discount: Decimal = ZERO
    product_tax: ProductTax | None = None


def read_lines(raw: dict, shipping: Shipping) -> tuple[OrderLine, ...]:
    """Read the items of an order.

    :param shipping: its delivery, which is a part of its total
    :raise MalformedOrderError: an item lacks what every item has
    """
    items = OrderItems(raw.get("items"))
    amounts = _read_amounts(raw, list(_with_price(items)), shipping)
    lines = []
    for item, below in items:
        role = role_of(item, below)
        variant = below[0] if below and role == PRODUCT else None
        lines.append(_read_line(item, role, amounts, variant))
        if role != PRODUCT:
            for part in below:
                variant = next(iter(items.below(part)), None)
                lines.append(_read_line(part, BUNDLE_PART, amounts, variant))
    return tuple(lines)


def role_of(item: dict, parts: list[dict]) -> str:
    """Return what an item of the shop's order is, by the items below it."""
    product_type = text(item, "product_type")
    if product_type == CONFIGURABLE or (product_type != "bundle" and not parts):
        return PRODUCT
    return BUNDLE_TITLE if _is_dynamic(parts) else BUNDLE


def _is_dynamic(parts: list[dict]) -> bool:
    """Say whether the parts of a bundle have rows of their own.

    One of a fixed price may show the price of the bundle, and sells nothing for it.
    """
    if any(part.get("row_total_incl_tax") is not None for part in parts):
        names = ("row_total_incl_tax", "tax_amount", "discount_amount")
    else:
        names = ("price", "row_total")
    return any(amount(part, name) for part in parts for name in names)


def _with_price(items: OrderItems):
    """Yield the items whose prices count, of a dynamic bundle its parts."""
    for item, parts in items:
        if role_of(item, parts) == BUNDLE_TITLE:
            yield from parts
        else:
            yield item


def _read_amounts(raw: dict, items: list[dict], shipping: Shipping):
    """Return {item id: `Amounts`} of the items whose prices count."""
    taxes = read_item_taxes(raw)
    rows = [
        RawRow(item, read_product_tax(item, taxes.of_product_tax(item)))
        for item in items
    ]
    nets = read_rows(raw, rows, shipping.total)
    line_taxes = {
        row.item_id: taxes.of_item(row.item, nets[row.item_id], row.tax) for row in rows
    }
    keeps_tax = keep_tax(
        Discounted(
            nets[row.item_id],
            row.discount,
            row.compensation,
            row.tax,
            line_taxes[row.item_id],
            row.get("qty_ordered"),
        )
        for row in rows
    )
    found = {}
    for row in rows:
        untaxed = row.discount if keeps_tax and row.tax else ZERO
        found[row.item_id] = Amounts(
            nets[row.item_id] + untaxed,
            row.tax,
            line_taxes[row.item_id],
            untaxed,
            _with_rates(row.product_tax, taxes),
        )
    return found


def _with_rates(charge: ProductTax | None, taxes: OrderTaxes) -> ProductTax | None:
    """Return fixed product taxes with the order's nearest rate, if none is named."""
    if not charge or charge.taxes or not charge.tax:
        return charge
    return replace(charge, taxes=(taxes.find_nearest(charge.net, charge.tax),))


def _read_line(
    item: dict, role: str, amounts: dict[str, Amounts], variant: dict | None = None
) -> OrderLine:
    item_id = text(item, "item_id", required=True)
    own = amounts.get(item_id, Amounts())
    sold = variant or item
    quantity = amount(item, "qty_ordered", required=True)
    if quantity < 0:
        raise MalformedOrderError("qty_ordered")
    return OrderLine(
        item_id=item_id,
        child_item_id=text(variant or {}, "item_id"),
        parent_item_id=text(item, "parent_item_id") if role == BUNDLE_PART else "",
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
        discount=abs(amount(item, "discount_amount")) if item_id in amounts else ZERO,
        net=own.net,
        tax=own.tax,
        taxes=own.taxes,
        options=read_options(item),
        weight=amount(item, "weight"),
        untaxed_discount=own.untaxed_discount,
        product_tax=own.product_tax,
    )
