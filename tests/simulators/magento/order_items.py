"""The items of an order, and what may still be done with them.

Configurables and bundles have a parent item and child items. One of the two carries the
quantity; Magento calls the other one a dummy.
"""

from decimal import Decimal

from .amounts import ZERO, decimal

_LOCKED_STATES = ("canceled", "complete", "closed")


class OrderItems:
    """An order's items, with Magento's rules on them."""

    def __init__(self, order: dict):
        self.order = order
        self.all: list[dict] = order["items"]
        self.by_id = {item["item_id"]: item for item in self.all}
        self._children: dict[int, list[dict]] = {}
        for item in self.all:
            if parent_id := item.get("parent_item_id"):
                self._children.setdefault(parent_id, []).append(item)

    def children(self, item: dict) -> list[dict]:
        """Return the items of which this one is the parent."""
        return self._children.get(item["item_id"], [])

    def parent(self, item: dict) -> dict | None:
        """Return the item that this one belongs to."""
        return self.by_id.get(item.get("parent_item_id"))

    def is_dummy(self, item: dict) -> bool:
        """Say whether others carry this item's quantity to invoice and refund."""
        if self.children(item):
            return is_dynamic_bundle(item)
        parent = self.parent(item)
        return parent is not None and not is_dynamic_bundle(parent)

    def is_dummy_to_ship(self, item: dict) -> bool:
        """Say whether others carry this item's quantity to ship."""
        if self.children(item):
            return bool(item.get("_separately"))
        parent = self.parent(item)
        return parent is not None and not parent.get("_separately")

    def share(self, item: dict) -> Decimal:
        """Return how many of the item are in one of its parent."""
        parent = self.parent(item)
        return quantity(item, "ordered") / quantity(parent, "ordered")

    def to_invoice(self, item: dict) -> Decimal:
        """Return the quantity that can still be invoiced."""
        if self.is_dummy(item):
            return ZERO
        left = quantity(item, "ordered") - quantity(item, "invoiced")
        return max(left - quantity(item, "canceled"), ZERO)

    def to_ship(self, item: dict) -> Decimal:
        """Return the quantity that can still be shipped."""
        return ZERO if self.is_dummy_to_ship(item) else simple_to_ship(item)

    def to_refund(self, item: dict) -> Decimal:
        """Return the quantity that can still be refunded."""
        if self.is_dummy(item):
            return ZERO
        return max(quantity(item, "invoiced") - quantity(item, "refunded"), ZERO)

    def can_invoice(self) -> bool:
        """Say whether the order allows another invoice."""
        if self.order["state"] in (*_LOCKED_STATES, "holded", "payment_review"):
            return False
        return any(self.to_invoice(item) > 0 for item in self.all)

    def can_ship(self) -> bool:
        """Say whether the order allows another shipment."""
        if self.order["state"] in ("holded", "payment_review", "canceled"):
            return False
        return any(
            self.to_ship(item) > 0 and not item["is_virtual"] for item in self.all
        )

    def can_refund(self) -> bool:
        """Say whether the order allows another credit memo."""
        if self.order["state"] in ("holded", "payment_review", "canceled", "closed"):
            return False
        if not decimal(self.order["grand_total"]):
            return any(self.to_refund(item) > 0 for item in self.all)
        paid = decimal(self.order.get("total_paid"))
        left = paid - decimal(self.order.get("total_refunded"))
        # What was kept back once is no longer to be refunded
        return left not in (ZERO, decimal(self.order.get("adjustment_negative")))


def quantity(item: dict, kind: str) -> Decimal:
    """Return a quantity of the item: ordered, invoiced, shipped …"""
    return decimal(item.get(f"qty_{kind}"))


def is_dynamic_bundle(item: dict) -> bool:
    """Say whether the item is a bundle whose price is the sum of its parts."""
    return item["product_type"] == "bundle" and bool(item.get("_dynamic"))


def simple_to_ship(item: dict) -> Decimal:
    """Return what is left to ship, whether or not the item ships on its own."""
    gone = sum(quantity(item, kind) for kind in ("shipped", "refunded", "canceled"))
    return max(quantity(item, "ordered") - gone, ZERO)


def whole(item: dict, value: Decimal) -> Decimal:
    """Return the quantity as Magento takes it: decimals are cut off, silently."""
    return value if item.get("is_qty_decimal") else Decimal(int(value))


def row_total(item: dict, prefix: str) -> Decimal:
    """Return the row total without its discount, which REST has taken off."""
    known = item.get(f"_{prefix}row_total")
    if known is not None:
        return decimal(known)
    return decimal(item.get(f"{prefix}row_total")) + decimal(
        item.get(f"{prefix}discount_amount")
    )


def row_total_incl_tax(item: dict, prefix: str) -> Decimal:
    """Return the row total with taxes as they are without the discount."""
    known = item.get(f"_{prefix}row_total_incl_tax")
    return decimal(item.get(f"{prefix}row_total_incl_tax") if known is None else known)
