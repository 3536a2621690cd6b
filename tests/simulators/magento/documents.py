"""What invoices, shipments and credit memos have in common."""

from .amounts import decimal, number
from .book import Book

PREFIXES = ("base_", "")
COMPENSATION = "shipping_discount_tax_compensation_amount"
# The base currency's field was cut off: names in Magento's database had a limit.
_BASE_COMPENSATION = "base_shipping_discount_tax_compensation_amnt"


def named(prefix: str, name: str) -> str:
    """Return the field's name in that currency."""
    if prefix and name == COMPENSATION:
        return _BASE_COMPENSATION
    return f"{prefix}{name}"


def document_head(book: Book, order: dict, kind: str, entity_id: int) -> dict:
    """Return what a new document takes from its order."""
    names = (
        "base_currency_code",
        "base_to_global_rate",
        "base_to_order_rate",
        "billing_address_id",
        "discount_description",
        "global_currency_code",
        "order_currency_code",
        "store_currency_code",
        "store_id",
        "store_to_base_rate",
        "store_to_order_rate",
    )
    head = {name: order[name] for name in names if name in order}
    if address := order.get("_shipping_address"):
        head["shipping_address_id"] = address["entity_id"]
    now = book.now()
    return head | {
        "created_at": now,
        "entity_id": entity_id,
        "increment_id": book.next_increment(kind, order["store_id"]),
        "order_id": order["entity_id"],
        "updated_at": now,
    }


def document_item(item: dict, entity_id: int) -> dict:
    """Return what a document's item takes from the order's."""
    names = (
        "base_price",
        "base_price_incl_tax",
        "name",
        "price",
        "price_incl_tax",
        "product_id",
        "sku",
    )
    line = {name: item[name] for name in names if name in item}
    return line | {"entity_id": entity_id, "order_item_id": item["item_id"]}


def add_to(document: dict, name: str, amount: object) -> None:
    """Add to an amount that may not be there yet."""
    document[name] = number(decimal(document.get(name)) + decimal(amount))


def add_to_items(by_id: dict[int, dict], document: dict, done: str, row: str) -> None:
    """Tell an order's items what a document did with them.

    :param by_id: the items by id
    :param done: as in ``qty_invoiced``
    :param row: the field that sums up the rows
    """
    for line in document["items"]:
        item = by_id[line["order_item_id"]]
        add_to(item, f"qty_{done}", line["qty"])
        item["updated_at"] = document["created_at"]
        for prefix in PREFIXES:
            add_to(item, f"{prefix}{row}", line.get(f"{prefix}row_total"))
            for name in ("tax", "discount", "discount_tax_compensation"):
                given = line.get(f"{prefix}{name}_amount")
                add_to(item, f"{prefix}{name}_{done}", given)
