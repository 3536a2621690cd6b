"""An order as REST shows it, and a REST order as the book keeps it.

The book keeps items once and without ``parent_item``; REST repeats them within each
other and within the shipping assignment.
"""

from .amounts import HUNDRED_PERCENT, cents, decimal, number
from .book import visible
from .catalog import Catalog

SHIPPING_TOTALS = (
    "base_shipping_amount",
    "base_shipping_canceled",
    "base_shipping_discount_amount",
    "base_shipping_discount_tax_compensation_amnt",
    "base_shipping_incl_tax",
    "base_shipping_invoiced",
    "base_shipping_refunded",
    "base_shipping_tax_amount",
    "base_shipping_tax_refunded",
    "shipping_amount",
    "shipping_canceled",
    "shipping_discount_amount",
    "shipping_discount_tax_compensation_amount",
    "shipping_incl_tax",
    "shipping_invoiced",
    "shipping_refunded",
    "shipping_tax_amount",
    "shipping_tax_refunded",
)


def shown_order(order: dict) -> dict:
    """Return the order as REST shows it."""
    items = shown_items(order["items"])
    shown = visible(order)
    shown["items"] = items
    shipping: dict = {}
    if address := order.get("_shipping_address"):
        shipping = {"address": address, "method": order["_shipping_method"]}
    shipping["total"] = {name: order[name] for name in SHIPPING_TOTALS if name in order}
    assignment = {"shipping": shipping, "items": items}
    extension = {"shipping_assignments": [assignment], **order["extension_attributes"]}
    shown["extension_attributes"] = extension
    return shown


def shown_items(items: list[dict]) -> list[dict]:
    """Return the items of one order as REST shows them."""
    shown = [visible(item) for item in items]
    by_id = {item["item_id"]: item for item in shown}
    for item in shown:
        if parent := by_id.get(item.get("parent_item_id")):
            item["parent_item"] = parent
    return shown


def kept_order(shown: dict, catalog: Catalog) -> dict:
    """Return an order as the book keeps it, from what REST shows."""
    order = dict(shown)
    extension = dict(order.get("extension_attributes") or {})
    assignments = extension.pop("shipping_assignments", None) or [{}]
    shipping = assignments[0].get("shipping") or {}
    order["extension_attributes"] = extension
    if "address" in shipping:
        order["_shipping_address"] = dict(shipping["address"])
        order["_shipping_method"] = shipping.get("method")
    order["items"] = [_kept_item(item) for item in shown["items"]]
    order.setdefault("status_histories", [])
    for item in order["items"]:
        _recognise_bundle(item, order["items"], catalog)
    return order


def _kept_item(shown: dict) -> dict:
    item = {name: value for name, value in shown.items() if name != "parent_item"}
    for prefix in ("", "base_"):
        discount = decimal(item.get(f"{prefix}discount_amount"))
        if discount:
            total = decimal(item[f"{prefix}row_total"]) + discount
            percent = decimal(item.get("tax_percent")) + HUNDRED_PERCENT
            incl_tax = cents(total * percent / HUNDRED_PERCENT)
            item[f"_{prefix}row_total_incl_tax"] = number(incl_tax)
    return item


def _recognise_bundle(item: dict, items: list[dict], catalog: Catalog) -> None:
    if item["product_type"] != "bundle":
        return
    children = [one for one in items if one.get("parent_item_id") == item["item_id"]]
    product = catalog.get(item["sku"])
    item["_dynamic"] = any(decimal(child["price"]) for child in children)
    item["_separately"] = bool(product and product.separately)
