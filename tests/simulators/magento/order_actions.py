"""Cancelling an order, and putting it on hold."""

from decimal import Decimal

from .amounts import decimal, number
from .answers import RestError
from .book import Book
from .order_items import OrderItems, quantity
from .shop import Shop
from .states import enter, touch


def cancel(book: Book, shop: Shop, order: dict) -> bool:
    """Cancel what is neither invoiced nor shipped; say whether there was anything."""
    items = OrderItems(order)
    if order["state"] in (
        "canceled",
        "complete",
        "closed",
        "holded",
        "payment_review",
    ) or not any(items.to_invoice(item) > 0 for item in items.all):
        return False
    state = "canceled"
    for item in items.all:
        if state != "processing" and items.to_refund(item) > 0:
            left = items.to_ship(item) > _to_cancel(items, item)
            state = "processing" if left else "complete"
    for item in items.all:
        _cancel_item(items, item)
    for prefix in ("base_", ""):
        _cancel_amounts(order, prefix)
    enter(order, state, shop)
    touch(order, book)
    return True


def _to_cancel(items: OrderItems, item: dict) -> Decimal:
    """Return the quantity that is neither invoiced nor shipped."""
    return min(items.to_invoice(item), items.to_ship(item))


def _cancel_item(items: OrderItems, item: dict) -> None:
    qty = _to_cancel(items, item)
    if not qty:
        return
    part = qty / quantity(item, "ordered")
    for name in ("tax", "discount_tax_compensation"):
        canceled = decimal(item.get(f"{name}_amount")) * part
        item[f"{name}_canceled"] = number(canceled)
    item["qty_canceled"] = number(quantity(item, "canceled") + qty)


def _cancel_amounts(order: dict, prefix: str) -> None:
    names = {
        "subtotal": "subtotal",
        "tax": "tax_amount",
        "shipping": "shipping_amount",
        "discount": "discount_amount",
    }
    for name, source in names.items():
        done = decimal(order.get(f"{prefix}{name}_invoiced"))
        order[f"{prefix}{name}_canceled"] = number(
            abs(decimal(order[f"{prefix}{source}"])) - abs(done)
        )
    paid = decimal(order.get(f"{prefix}total_paid"))
    total = decimal(order[f"{prefix}grand_total"])
    order[f"{prefix}total_canceled"] = number(total - paid)


def hold(book: Book, shop: Shop, order: dict) -> bool:
    """Put the order on hold, and remember what it was before."""
    if order["state"] in (
        "canceled",
        "payment_review",
        "complete",
        "closed",
        "holded",
    ):
        raise RestError(400, "A hold action is not available.")
    order["hold_before_state"] = order["state"]
    order["hold_before_status"] = order["status"]
    enter(order, "holded", shop)
    touch(order, book)
    return True


def unhold(book: Book, order: dict) -> bool:
    """Make the order what it was before it was put on hold."""
    if order["state"] != "holded":
        raise RestError(400, "You cannot remove the hold.")
    order["state"] = order.pop("hold_before_state")
    order["status"] = order.pop("hold_before_status")
    touch(order, book)
    return True
