"""Comments on orders, invoices, shipments and credit memos."""

from .book import Book
from .inputs import flag, parameter


def document_comment(
    book: Book, kind: str, document: dict, given: dict, notified: object
) -> dict:
    """Add a comment to an invoice, a shipment or a credit memo."""
    comment = {
        "is_customer_notified": flag(notified),
        "parent_id": document["entity_id"],
        "comment": given.get("comment"),
        "is_visible_on_front": flag(given.get("is_visible_on_front")),
        "created_at": book.now(),
        "entity_id": book.next((kind, "comment")),
    }
    document["comments"].append(comment)
    return comment


def comment_of_request(book: Book, kind: str, document: dict, body: dict) -> None:
    """Add the comment that came with the request for a new document, if any did.

    It is kept whether or not ``appendComment``, which only puts it into the e-mail.
    """
    given = parameter(body, "comment")
    if isinstance(given, dict) and given.get("comment"):
        notified = parameter(body, "notify") and parameter(body, "appendComment")
        document_comment(book, kind, document, given, int(bool(notified)))


def order_comment(
    book: Book, order: dict, text: str | None, notified: object, **fields
) -> dict:
    """Add a comment to the order's history. This does not count as a change of it."""
    comment = {
        "comment": text,
        "created_at": book.now(),
        "entity_id": book.next("order_comment"),
        "is_customer_notified": notified,
        "is_visible_on_front": 0,
        "parent_id": order["entity_id"],
        "status": order["status"],
    } | fields
    order["status_histories"].append(comment)
    book.orders.changed(order)
    return comment
