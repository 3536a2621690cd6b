"""Routes of invoices."""

from .answers import RestError, invalid
from .columns import INVOICES
from .comments import comment_of_request, document_comment
from .inputs import entity, parameter, read_items
from .invoice_totals import OPEN
from .invoices import make_invoice, pay
from .lists import comments_of, list_shelf
from .routes import Call, route
from .states import touch

SALES_INVOICE = "Magento_Sales::sales_invoice"
ITEM_CLASS = "\\Magento\\Sales\\Api\\Data\\InvoiceItemCreationInterface"


@route("POST", "/V1/order/:orderId/invoice", "Magento_Sales::invoice")
def invoice_order(call: Call) -> str:
    """Make an invoice and answer its id, as a string."""
    order = call.book.orders.find(call.number("orderId"))
    invoice = make_invoice(
        call.book,
        call.server.shop,
        order,
        read_items(call.body, ITEM_CLASS, call.server.input_limits),
        capture=bool(parameter(call.body, "capture")),
    )
    if parameter(call.body, "notify"):
        invoice["email_sent"] = 1
    comment_of_request(call.book, "invoice", invoice, call.body)
    return str(invoice["entity_id"])


@route("GET", "/V1/invoices", SALES_INVOICE)
def invoices(call: Call) -> object:
    """Answer a page of invoices."""
    return list_shelf(call, call.book.invoices, INVOICES)


@route("GET", "/V1/invoices/:id", SALES_INVOICE)
def invoice(call: Call) -> dict:
    """Answer one invoice."""
    return call.book.invoices.shown(_invoice(call))


@route("GET", "/V1/invoices/:id/comments", SALES_INVOICE)
def comments(call: Call) -> dict:
    """Answer the invoice's comments."""
    invoice = _invoice(call)
    return comments_of(invoice, invoice["comments"])


@route("POST", "/V1/invoices/comments", SALES_INVOICE)
def add_comment(call: Call) -> dict:
    """Add a comment to an invoice."""
    given = entity(call.body)
    invoice = call.book.invoices.find(int(given.get("parent_id") or 0))
    notified = given.get("is_customer_notified")
    comment = document_comment(call.book, "invoice", invoice, given, notified)
    call.book.invoices.changed(invoice)
    return {name: value for name, value in comment.items() if name != "created_at"}


@route("POST", "/V1/invoices/:id/emails", SALES_INVOICE)
def send(call: Call) -> bool:
    """Pretend to send the invoice by e-mail."""
    invoice = _invoice(call)
    invoice["email_sent"] = 1
    call.book.invoices.changed(invoice)
    return True


@route("POST", "/V1/invoices/:id/capture", SALES_INVOICE)
def capture(call: Call) -> bool:
    """Take the money of an open invoice; an offline method never has one."""
    invoice = _invoice(call)
    if invoice.get("state") != OPEN:
        raise RestError(400, "The capture action is not available.")
    order = call.book.orders.find(invoice["order_id"])
    pay(call.book, order, invoice)
    call.book.invoices.changed(invoice)
    touch(order, call.book)
    return True


@route("POST", "/V1/invoices/:id/void", SALES_INVOICE)
def void(call: Call) -> bool:
    """Refuse to void the invoice."""
    _invoice(call)
    raise RestError(400, "The void action is not available.")


@route("POST", "/V1/invoice/:invoiceId/refund", SALES_INVOICE)
def refund(call: Call) -> str:
    """Refuse to refund the invoice, as Magento does for what was paid offline."""
    call.book.invoices.find(call.number("invoiceId"))
    raise invalid("Creditmemo", ["We can't create creditmemo for the invoice."])


@route("POST", "/V1/invoices", SALES_INVOICE)
def save_invoice(call: Call) -> dict:
    """Store a bare document, of which the order knows nothing."""
    given, book = entity(call.body), call.book
    order = book.orders.find(int(given.get("order_id") or 0))
    number, now = book.next("invoice"), book.now()
    items = [
        {
            "entity_id": book.next("invoice_item"),
            "parent_id": number,
            "sku": None,
            **item,
        }
        for item in given.get("items", ())
    ]
    stored = given | {
        "created_at": now,
        "entity_id": number,
        "increment_id": book.next_increment("invoice", order["store_id"]),
        "updated_at": now,
        "items": items,
        "comments": [],
    }
    return book.invoices.add(stored)


def _invoice(call: Call) -> dict:
    return call.book.invoices.find(call.number("id"))
