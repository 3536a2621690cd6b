"""The state that an order comes to by what was done with it."""

from decimal import Decimal

from .amounts import ZERO
from .book import Book
from .order_items import OrderItems, quantity
from .shop import Shop


def enter(order: dict, state: str, shop: Shop) -> None:
    """Give the order the state and, whatever it had, the state's own status."""
    order["state"] = state
    order["status"] = shop.default_status(state)


def settle(order: dict, shop: Shop) -> None:
    """Move the order on after an invoice, a shipment or a credit memo."""
    if order["state"] == "new":
        enter(order, "processing", shop)
    items = OrderItems(order)
    if order["state"] in ("canceled", "holded", "closed") or items.can_invoice():
        return
    if order["state"] not in ("processing", "complete"):
        return
    if not items.can_refund() and not items.can_ship() and _was_refunded(order):
        enter(order, "closed", shop)
    elif order["state"] == "processing" and (
        not items.can_ship() or _rest_was_shipped(order)
    ):
        enter(order, "complete", shop)


def touch(order: dict, book: Book) -> None:
    """Say that the order changed now."""
    order["updated_at"] = book.now()
    book.orders.changed(order)


def _was_refunded(order: dict) -> bool:
    """Say whether there is nothing more to refund because it was refunded."""
    return bool(order.get("total_refunded")) or not order["base_grand_total"]


def _rest_was_shipped(order: dict) -> bool:
    """Say whether all that was not refunded has been shipped."""
    shipped = sum((quantity(item, "shipped") for item in order["items"]), ZERO)
    refunded = sum(
        (
            quantity(item, "refunded")
            for item in order["items"]
            if item["product_type"] == "simple"
        ),
        ZERO,
    )
    ordered = Decimal(str(order["total_qty_ordered"]))
    return shipped > 0 and ordered <= refunded + shipped
