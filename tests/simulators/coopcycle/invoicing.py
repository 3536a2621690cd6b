"""Invoicing: what is to be invoiced, and the exports.

``src/Entity/Sylius/Order.php`` (routes, filters, who may),
``src/Api/State/InvoiceLineItemsProvider.php`` (an export marks its orders before it is
written, so that one that fails has marked them, too),
``src/Api/State/InvoiceLineItemsGroupedByOrganizationProvider.php``,
``src/Api/Dto/InvoiceLineItem.php`` and ``InvoiceLineItemGroupedByOrganization.php``
(both want a name of the store, and fail without one),
``src/Api/Filter/OrderDateFilter.php``, ``OrderStoreFilter.php``,
``features/invoicing.feature``.
"""

import hashlib
import re
from datetime import datetime

from ..serving.answers import Answer
from .answers import error, page
from .book import Order

PATH = "/api/invoice_line_items"
PRODUCT = "Livraison à la demande"
HEADER = (
    "External ID",
    "Invoice Date",
    "Partner",
    "Invoice lines / Account",
    "Invoice lines / Product",
    "Invoice lines / Label",
    "Invoice lines / Unit Price",
    "Invoice lines / Quantity",
)
_QUOTED = re.compile(r'[\s",;]')


def respond(instance, path: str, query: dict[str, list[str]], request_id: str):
    """Answer a request of an administrator."""
    orders = [order for order in instance.orders if _is_asked_for(order, query)]
    if path == f"{PATH}/grouped_by_organization":
        return page(path, query, _group(orders), 30)
    if path == PATH:
        return page(path, query, [_item(order) for order in orders], 30)
    if path == f"{PATH}/export/odoo":
        for order in orders:
            order.exports.append((instance.now(), request_id))
        rows = [_row(instance, order, request_id) for order in orders]
        return Answer(200, _file(rows), "text/csv; charset=utf-8")
    raise error(404, "Not Found")


def _is_asked_for(order: Order, query: dict[str, list[str]]) -> bool:
    stores = query.get("store[]", []) + query.get("store", [])
    if stores and (order.store is None or str(order.store.id) not in stores):
        return False
    states = query.get("state[]", [])
    if states and order.state not in states:
        return False
    exported = query.get("exists[exports]")
    if exported and bool(order.exports) != (exported[0] == "true"):
        return False
    if "date[after]" not in query:
        return True
    first, last = (
        datetime.fromisoformat(query[name][0])
        for name in ("date[after]", "date[before]")
    )
    return order.overlaps(first, last)


def _group(orders: list[Order]) -> list[dict]:
    by_store: dict[int, list[Order]] = {}
    for order in orders:
        if order.store:
            by_store.setdefault(order.store.id, []).append(order)
    return sorted(
        map(_total, by_store.values()),
        key=lambda total: total["organizationLegalName"],
    )


def _total(orders: list[Order]) -> dict:
    store = orders[0].store
    if store.organization is None or store.name is None:
        raise error(500, "Internal Server Error")  # a TypeError in PHP
    total, tax = (
        sum(getattr(order, name) for order in orders) for name in ("total", "tax")
    )
    return {
        "@type": "InvoiceLineItemGroupedByOrganization",
        "@id": f"/api/.well-known/genid/{store.id}",
        "storeId": store.id,
        "organizationLegalName": store.organization,
        "storeName": store.name,
        "ordersCount": len(orders),
        "subTotal": total - tax,
        "tax": tax,
        "total": total,
    }


def _item(order: Order) -> dict:
    return {
        "@type": "InvoiceLineItem",
        "@id": f"{PATH}/{order.id}",
        "storeId": order.store and order.store.id,
        "date": f"{order.slot[1].isoformat()}+02:00" if order.slot else None,
        "orderId": order.id,
        "orderNumber": order.number,
        "description": description(order),
        "subTotal": order.total - order.tax,
        "tax": order.tax,
        "total": order.total,
        "exports": [
            {"createdAt": f"{moment.isoformat()}+02:00", "requestId": request_id}
            for moment, request_id in order.exports
        ],
    }


def description(order: Order) -> str:
    """Return what a line says, in French."""
    if not order.store:
        return ""
    day = order.slot[1].strftime("%d/%m/%Y")
    return f"{' - '.join([PRODUCT, *order.parts, day])} (Commande #{order.number})"


def _row(instance, order: Order, request_id: str) -> tuple:
    if not order.store or order.store.organization is None:
        raise error(500, "Internal Server Error")  # a TypeError in PHP
    ending = hashlib.sha256(str(order.store.id).encode()).hexdigest()[:7]
    return (
        f"{request_id}-{ending}",
        instance.now().date().isoformat(),
        order.store.organization,
        instance.account,
        PRODUCT,
        description(order),
        f"{(order.total - order.tax) / 100:.2f}".rstrip("0").rstrip("."),
        "1",
    )


def _file(rows: list[tuple]) -> str:
    """Return the rows as PHP's ``fputcsv`` writes them; of nothing, nothing."""
    if not rows:
        return "\n"
    return "".join(",".join(map(_cell, row)) + "\n" for row in [HEADER, *rows])


def _cell(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
