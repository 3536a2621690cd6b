"""How far an order has got in Magento: ordered, invoiced, shipped and refunded.

Which items count: a configurable's parent, never its child; a bundle with one price as
such, the parts of one without a price instead of it. A bundle that ships together
counts as such, one that ships separately by its parts, whatever its price.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .amounts import UNREADABLE, MalformedOrderError, amount, flag, id_of, text
from .dates import parse_datetime
from .order_items import OrderItems
from .order_lines import BUNDLE_TITLE, PRODUCT, role_of
from .payment import is_paid

# What a list of orders is trimmed to
FIELDS = (
    "items[entity_id,increment_id,created_at,state,store_id,order_currency_code,"
    "grand_total,total_invoiced,total_refunded,total_canceled,total_paid,total_due,"
    "base_grand_total,base_total_paid,base_total_canceled,"
    "shipping_incl_tax,payment[method],items[item_id,parent_item_id,"
    "product_type,sku,is_virtual,price,row_total,row_total_incl_tax,tax_amount,"
    "discount_amount,qty_ordered,qty_invoiced,qty_shipped,qty_refunded,qty_canceled]]"
)


@dataclass(frozen=True)
class BilledItem:
    """An item that invoices and credit memos name."""

    item_id: str
    sku: str
    ordered: Decimal
    invoiced: Decimal
    refunded: Decimal


@dataclass(frozen=True)
class ShippedItem:
    """An item that shipments name; `parts` are what a bundle consists of."""

    item_id: str
    sku: str
    ordered: Decimal
    shipped: Decimal
    refunded: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class OrderFigures:
    """One order; amounts in its own currency with tax, what is cancelled left out."""

    magento_id: str
    increment_id: str
    created_at: datetime
    state: str
    store_id: str
    currency: str
    payment_method: str
    is_paid: bool
    grand_total: float
    ordered: float
    invoiced: float
    refunded: float
    shipping: float
    billed: tuple[BilledItem, ...]
    shipped: tuple[ShippedItem, ...]

    @property
    def is_canceled(self) -> bool:
        return self.state == "canceled"


def read_figures(raw: dict) -> OrderFigures:
    """Read the figures of one order.

    :param raw: the decoded JSON of an order, trimmed to `FIELDS` or not
    :raise MalformedOrderError: something that every order has is missing or unreadable
    """
    try:
        return _read(raw)
    except MalformedOrderError:
        raise
    except UNREADABLE as error:
        raise MalformedOrderError("order") from error


def read_shipped(raw: dict) -> dict[str, Decimal]:
    """Return {item id: how many were shipped}; of a bundle its parts."""
    shipped = {}
    for item in read_figures(raw).shipped:
        parts = item.parts or ((item.item_id, item.ordered),)
        for item_id, ordered in parts:
            share = item.shipped / item.ordered if item.ordered else Decimal(0)
            shipped[item_id] = ordered * share
    return {item_id: quantity for item_id, quantity in shipped.items() if quantity}


def _read(raw: dict) -> OrderFigures:
    items = OrderItems(raw.get("items"))
    magento_id = id_of(raw)
    if not magento_id:
        raise MalformedOrderError("entity_id")
    state = text(raw, "state", required=True)
    total = amount(raw, "grand_total", required=True)
    ordered = total - amount(raw, "total_canceled")
    billed, shipped = [], []
    for item, parts in items:
        role = role_of(item, parts)
        billed += parts if role == BUNDLE_TITLE else [item]
        shipped += _shipped(item, parts, role)
    return OrderFigures(
        magento_id=magento_id,
        increment_id=text(raw, "increment_id", required=True),
        created_at=_created_at(raw),
        state=state,
        store_id=text(raw, "store_id"),
        currency=text(raw, "order_currency_code", required=True),
        payment_method=text(raw.get("payment") or {}, "method"),
        is_paid=is_paid(raw),
        grand_total=float(total),
        ordered=0.0 if state == "canceled" else float(ordered),
        invoiced=float(amount(raw, "total_invoiced")),
        refunded=float(amount(raw, "total_refunded")),
        shipping=float(amount(raw, "shipping_incl_tax")),
        billed=tuple(_read_billed(item, state == "canceled") for item in billed),
        shipped=tuple(shipped),
    )


def _created_at(raw: dict) -> datetime:
    try:
        return parse_datetime(raw["created_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedOrderError("created_at") from error


def _read_billed(item: dict, is_canceled: bool) -> BilledItem:
    return BilledItem(
        item_id=text(item, "item_id", required=True),
        sku=text(item, "sku"),
        ordered=_left(item, is_canceled),
        invoiced=amount(item, "qty_invoiced"),
        refunded=amount(item, "qty_refunded"),
    )


def _shipped(item: dict, parts: list[dict], role: str) -> list[ShippedItem]:
    """Return what is shipped of an item: nothing of what is virtual."""
    if role == PRODUCT:
        return [] if flag(item, "is_virtual") else [_read_shipped(item)]
    goods = [part for part in parts if not flag(part, "is_virtual")]
    if _ships_separately(item, goods) or not goods:
        return list(map(_read_shipped, goods))
    return [_read_shipped(item, goods)]


def _ships_separately(item: dict, goods: list[dict]) -> bool:
    """Say whether the parts of a bundle are shipped one by one.

    Then the bundle itself counts shipments; else its parts are shipped with it, in
    the same proportion, or not counted at all.
    """
    shares = {share for part in goods if (share := _shipped_share(part)) is not None}
    return any(shares) and shares != {_shipped_share(item)}


def _shipped_share(item: dict) -> Decimal | None:
    ordered = amount(item, "qty_ordered")
    return amount(item, "qty_shipped") / ordered if ordered else None


def _read_shipped(item: dict, parts=()) -> ShippedItem:
    return ShippedItem(
        item_id=text(item, "item_id", required=True),
        sku=text(item, "sku"),
        ordered=amount(item, "qty_ordered"),
        shipped=amount(item, "qty_shipped"),
        refunded=max(amount(item, "qty_refunded"), _refunded_with(item, parts)),
        parts=tuple(
            (text(part, "item_id"), amount(part, "qty_ordered")) for part in parts
        ),
    )


def _refunded_with(item: dict, parts) -> Decimal:
    """Return how many of a bundle are refunded with all of its parts."""
    shares = [
        amount(part, "qty_refunded") / amount(part, "qty_ordered")
        for part in parts
        if amount(part, "qty_ordered")
    ]
    return amount(item, "qty_ordered") * min(shares, default=Decimal(0))


def _left(item: dict, is_canceled: bool) -> Decimal:
    """Return how many are ordered and not cancelled."""
    ordered = amount(item, "qty_ordered", required=True)
    return Decimal(0) if is_canceled else ordered - amount(item, "qty_canceled")
