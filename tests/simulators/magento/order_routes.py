"""Routes of orders and their comments."""

from .answers import RestError, no_such_entity
from .columns import ORDER_ITEMS, ORDERS, TRANSACTIONS
from .comments import order_comment
from .inputs import entity, flag
from .lists import comments_of, list_documents, list_shelf
from .order_actions import cancel, hold, unhold
from .order_json import shown_items
from .routes import Call, route

VIEW = "Magento_Sales::actions_view"
CREATE = "Magento_Sales::create"


@route("GET", "/V1/orders", VIEW)
def orders(call: Call) -> object:
    """Answer a page of orders."""
    return list_shelf(call, call.book.orders, ORDERS)


@route("GET", "/V1/orders/items", VIEW)
def order_items(call: Call) -> dict:
    """Answer a page of items of all orders."""
    items = (
        item for order in call.book.orders.all() for item in shown_items(order["items"])
    )
    return list_documents(call, items, ORDER_ITEMS)


@route("GET", "/V1/orders/items/:id", VIEW)
def order_item(call: Call) -> dict:
    """Answer one item."""
    number = call.number("id")
    for order in call.book.orders.all():
        for item in shown_items(order["items"]):
            if item["item_id"] == number:
                return item
    raise no_such_entity()


@route("GET", "/V1/orders/:id", VIEW)
def order(call: Call) -> dict:
    """Answer one order."""
    return call.book.orders.shown(_order(call))


@route("GET", "/V1/orders/:id/statuses", VIEW)
def status(call: Call) -> str:
    """Answer the order's status."""
    return _order(call)["status"]


@route("GET", "/V1/orders/:id/comments", VIEW)
def comments(call: Call) -> dict:
    """Answer the order's comments."""
    order = _order(call)
    return comments_of(order, order["status_histories"])


@route("POST", "/V1/orders/:id/comments", "Magento_Sales::comment")
def add_comment(call: Call) -> bool:
    """Add a comment, and give the order a status of its state."""
    given = entity(call.body, "statusHistory")
    order, status = _order(call), given.get("status")
    if status and status not in call.server.shop.statuses.get(order["state"], ()):
        raise RestError(
            400,
            'Unable to add comment: The status "%1" is not part of the order\n'
            "                 status history.",
            [status],
        )
    order["status"] = status or order["status"]
    order_comment(
        call.book,
        order,
        given.get("comment"),
        given.get("is_customer_notified"),
        is_visible_on_front=flag(given.get("is_visible_on_front")),
    )
    return True


@route("POST", "/V1/orders/:id/cancel", "Magento_Sales::cancel")
def cancel_order(call: Call) -> bool:
    """Cancel what is open of the order."""
    return cancel(call.book, call.server.shop, _order(call))


@route("POST", "/V1/orders/:id/hold", "Magento_Sales::hold")
def hold_order(call: Call) -> bool:
    """Put the order on hold."""
    return hold(call.book, call.server.shop, _order(call))


@route("POST", "/V1/orders/:id/unhold", "Magento_Sales::unhold")
def unhold_order(call: Call) -> bool:
    """Take the order off hold."""
    return unhold(call.book, _order(call))


@route("POST", "/V1/orders/:id/emails", "Magento_Sales::emails")
def send_order(call: Call) -> bool:
    """Pretend to send the order by e-mail."""
    _order(call)["email_sent"] = 1
    return True


@route("POST", "/V1/orders", CREATE)
@route("PUT", "/V1/orders/create", CREATE)
def save_order(call: Call) -> dict:
    """Overwrite fields of an order; the answer knows only those that were sent."""
    given = entity(call.body)
    order = call.book.orders.find(given.get("entity_id", 0))
    order |= given
    call.book.orders.changed(order)
    shown = call.book.orders.shown(order)
    items = [
        {name: value for name, value in item.items() if name != "extension_attributes"}
        for item in shown["items"]
    ]
    kept = ("billing_address_id", "created_at", "billing_address", "payment")
    return {
        "base_grand_total": None,
        "base_total_due": 0,
        "customer_email": None,
        "grand_total": None,
        "total_due": 0,
        "updated_at": order["updated_at"],
        "items": items,
        "status_histories": order["status_histories"],
        **{name: shown[name] for name in kept},
        **given,
    }


@route("PUT", "/V1/orders/:id", CREATE)
def save_address(call: Call) -> dict:
    """Overwrite one address of the order."""
    order, given = _order(call), entity(call.body)
    for address in (order["billing_address"], order.get("_shipping_address")):
        if address and address["entity_id"] == given.get("entity_id"):
            address |= given
            call.book.orders.changed(order)
            return given
    raise no_such_entity()


@route("GET", "/V1/transactions", "Magento_Sales::transactions_fetch")
def transactions(call: Call) -> object:
    """Answer a page of online payments."""
    return list_shelf(call, call.book.transactions, TRANSACTIONS)


@route("GET", "/V1/transactions/:id", "Magento_Sales::transactions_fetch")
def transaction(call: Call) -> dict:
    """Answer one online payment."""
    return call.book.transactions.find(call.number("id"))


def _order(call: Call) -> dict:
    return call.book.orders.find(call.number("id"))
