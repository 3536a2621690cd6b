"""Fixed product taxes (weee), as REST shows them: in fields of their own."""

import json
from decimal import Decimal

from .amounts import ZERO, cents, decimal, number
from .documents import PREFIXES
from .order_items import OrderItems, quantity

TITLE = "Eco-participation"


def add_product_tax(shown: dict, item, prefix: str, row) -> None:
    """Let an order item show its fixed product tax.

    :param item: what was ordered
    :param row: the priced row
    """
    each = number(row.product_tax / item.quantity)
    whole = number(row.product_tax)
    with_tax = number(row.product_tax + row.product_tax_tax)
    shown[f"{prefix}weee_tax_applied_amount"] = each
    name = "base_weee_tax_applied_row_amnt" if prefix else "weee_tax_applied_row_amount"
    shown[name] = whole
    shown[f"_{prefix}product_tax"] = whole
    shown[f"_{prefix}product_tax_tax"] = number(row.product_tax_tax)
    if not prefix:
        entry = {
            "title": TITLE,
            "amount": each,
            "row_amount": whole,
            "amount_incl_tax": number(cents(decimal(with_tax) / item.quantity)),
            "row_amount_incl_tax": with_tax,
        }
        shown["weee_tax_applied"] = json.dumps([entry])


class ProductTaxParts:
    """The fixed product taxes of one document: each item's part, to the cent.

    :param done: "invoiced" or "refunded", as the order item counts the parts
    """

    def __init__(self, items: OrderItems, quantities: dict[int, Decimal], done: str):
        self._items = items
        self._quantities = quantities
        self._done = done

    def total(self, prefix: str) -> tuple[Decimal, Decimal]:
        """Return what they come to, and the tax on them."""
        net = tax = ZERO
        for item_id in self._quantities:
            parts = self.of_item(item_id, prefix)
            net, tax = net + parts[0], tax + parts[1]
        return net, tax

    def of_item(self, item_id: int, prefix: str) -> tuple[Decimal, Decimal]:
        """Return an item's part, and the tax on it; the last one is what is left."""
        item, qty = self._items.by_id[item_id], self._quantities[item_id]
        before = quantity(item, self._done)
        limit = "ordered" if self._done == "invoiced" else "invoiced"
        is_last = before + qty == quantity(item, limit)
        found = []
        for name in ("product_tax", "product_tax_tax"):
            key = f"_{prefix}{name}"
            whole = decimal(item.get(key))
            if is_last:
                reference = key if limit == "ordered" else f"{key}_invoiced"
                left = decimal(item.get(reference)) - decimal(
                    item.get(f"{key}_{self._done}")
                )
                found.append(left)
            else:
                found.append(cents(whole * qty / quantity(item, "ordered")))
        return found[0], found[1]

    def register(self) -> None:
        """Let the order's items count these parts."""
        counted = [
            (item_id, prefix, self.of_item(item_id, prefix))
            for item_id in self._quantities
            for prefix in PREFIXES
        ]
        for item_id, prefix, amounts in counted:
            item = self._items.by_id[item_id]
            names = ("product_tax", "product_tax_tax")
            for name, amount in zip(names, amounts, strict=True):
                key = f"_{prefix}{name}_{self._done}"
                item[key] = number(decimal(item.get(key)) + amount)
