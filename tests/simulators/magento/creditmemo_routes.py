"""Routes of credit memos."""

from decimal import Decimal

from .amounts import decimal
from .book import Book
from .catalog import DEFAULT_SOURCE, Catalog
from .columns import CREDITMEMOS
from .comments import comment_of_request, document_comment
from .creditmemo_totals import Arguments
from .creditmemos import REFUNDED, make_creditmemo
from .inputs import amount, entity, parameter, read_items
from .lists import comments_of, list_shelf
from .routes import Call, route

SALES_CREDITMEMO = "Magento_Sales::sales_creditmemo"
ITEM_CLASS = "\\Magento\\Sales\\Api\\Data\\CreditmemoItemCreationInterface"


@route("POST", "/V1/order/:orderId/refund", "Magento_Sales::creditmemo")
def refund_order(call: Call) -> str:
    """Make a credit memo and answer its id, as a string."""
    order = call.book.orders.find(call.number("orderId"))
    arguments = parameter(call.body, "arguments") or {}
    notify = bool(parameter(call.body, "notify"))
    creditmemo = make_creditmemo(
        call.book,
        call.server.shop,
        order,
        read_items(call.body, ITEM_CLASS, call.server.input_limits),
        Arguments(
            amount(arguments, "shippingAmount"),
            amount(arguments, "adjustmentPositive"),
            amount(arguments, "adjustmentNegative"),
        ),
        notify=notify,
    )
    if notify:
        creditmemo["email_sent"] = 1
    extension = parameter(arguments, "extensionAttributes") or {}
    returned = parameter(extension, "returnToStockItems") or []
    return_to_stock(call.server.catalog, creditmemo, {int(one) for one in returned})
    comment_of_request(call.book, "creditmemo", creditmemo, call.body)
    return str(creditmemo["entity_id"])


def return_to_stock(catalog: Catalog, creditmemo: dict, item_ids: set[int]) -> None:
    """Put the quantities of these order items back into the default source."""
    for line in creditmemo["items"]:
        key = (DEFAULT_SOURCE, line["sku"])
        if line["order_item_id"] in item_ids and key in catalog.stock:
            catalog.stock[key] += decimal(line["qty"])


@route("GET", "/V1/creditmemos", SALES_CREDITMEMO)
def creditmemos(call: Call) -> object:
    """Answer a page of credit memos."""
    return list_shelf(call, call.book.creditmemos, CREDITMEMOS)


@route("GET", "/V1/creditmemo/:id", SALES_CREDITMEMO)
def creditmemo(call: Call) -> dict:
    """Answer one credit memo."""
    return call.book.creditmemos.shown(_creditmemo(call))


@route("GET", "/V1/creditmemo/:id/comments", SALES_CREDITMEMO)
def comments(call: Call) -> dict:
    """Answer the credit memo's comments."""
    creditmemo = _creditmemo(call)
    return comments_of(creditmemo, creditmemo["comments"])


@route("POST", "/V1/creditmemo/:id/comments", SALES_CREDITMEMO)
def add_comment(call: Call) -> dict:
    """Add a comment to the credit memo."""
    creditmemo, given = _creditmemo(call), entity(call.body)
    notified = given.get("is_customer_notified")
    comment = document_comment(call.book, "creditmemo", creditmemo, given, notified)
    call.book.creditmemos.changed(creditmemo)
    return {name: value for name, value in comment.items() if name != "created_at"}


@route("POST", "/V1/creditmemo/:id/emails", SALES_CREDITMEMO)
def send(call: Call) -> bool:
    """Pretend to send the credit memo by e-mail."""
    creditmemo = _creditmemo(call)
    creditmemo["email_sent"] = 1
    call.book.creditmemos.changed(creditmemo)
    return True


@route("POST", "/V1/creditmemo", SALES_CREDITMEMO)
def save_creditmemo(call: Call) -> dict:
    """Store a bare document, of which the order knows nothing."""
    return _save(call.book, entity(call.body), {})


@route("POST", "/V1/creditmemo/refund", SALES_CREDITMEMO)
def refund(call: Call) -> dict:
    """Store a document and count its amount as refunded."""
    given = entity(call.body, "creditmemo")
    stored = _save(call.book, given, {"state": REFUNDED})
    order = call.book.orders.find(stored["order_id"])
    for prefix in ("base_", ""):
        total = decimal(order.get(f"{prefix}total_refunded"))
        total += decimal(given.get(f"{prefix}grand_total"))
        order[f"{prefix}total_refunded"] = float(total.quantize(Decimal("0.01")))
    call.book.orders.changed(order)
    return stored


def _save(book: Book, given: dict, more: dict) -> dict:
    order = book.orders.find(int(given.get("order_id") or 0))
    creditmemo_id, now = book.next("creditmemo"), book.now()
    items = [
        {
            "base_cost": None,
            "base_price": None,
            "entity_id": book.next("creditmemo_item"),
            "parent_id": creditmemo_id,
            **item,
        }
        for item in given.get("items", ())
    ]
    stored = {
        **given,
        "created_at": now,
        "entity_id": creditmemo_id,
        "increment_id": book.next_increment("creditmemo", order["store_id"]),
        "updated_at": now,
        "items": items,
        "comments": [],
        **more,
    }
    return book.creditmemos.add(stored)


def _creditmemo(call: Call) -> dict:
    return call.book.creditmemos.find(call.number("id"))
