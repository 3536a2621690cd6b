"""What shipments, invoices and credit memos have in common, as Magento lists them.

Amounts are `Decimal` in the order's own currency; times are naive UTC. The shapes are
those of the recordings `shipments_list`, `invoices_list` and `creditmemos_list`.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from .amounts import (
    UNREADABLE,
    MalformedOrderError,
    amount,
    as_list,
    check_codes,
    is_id,
    text,
)
from .dates import parse_datetime
from .remarks import read_remarks

# What a document of ours is recognised by, in one of its comments
_KEY = re.compile(
    r"\[([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]", re.I
)
ZERO = Decimal(0)


@dataclass(frozen=True)
class DocumentItem:
    """So many of an order's item.

    `net` is the row after `discount` without tax; an item that only goes with another
    one (a variant, a part of a bundle) has no amounts.
    """

    order_item_id: str
    sku: str
    name: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    discount: Decimal


@dataclass(frozen=True)
class SalesDocument:
    """One shipment, invoice or credit memo.

    `keys` are the keys of documents that its comments name in brackets.
    """

    magento_id: str
    increment_id: str
    order_id: str
    state: str
    created_at: datetime
    items: tuple[DocumentItem, ...]
    keys: frozenset[str]
    raw: dict = field(repr=False, compare=False)


@dataclass(frozen=True)
class MoneyDocument(SalesDocument):
    """An invoice or a credit memo.

    `shipping_net` is what the delivery costs after `shipping_discount` without tax;
    `tax` are the taxes of all. `residual` is what none of them explains: `grand_total`
    minus items, shipping, taxes and adjustments; fixed product taxes are in it.
    `tax_residual` is the part of `tax` that neither items nor shipping bear.
    """

    currency: str
    grand_total: Decimal
    tax: Decimal
    shipping_net: Decimal
    shipping_discount: Decimal
    shipping_tax: Decimal
    adjustment_positive: Decimal
    adjustment_negative: Decimal
    residual: Decimal
    tax_residual: Decimal

    def counting(self, order_item_ids: Container[str]) -> "MoneyDocument":
        """Return it with the amounts of these items alone.

        A variant or a part of a bundle may show those of what it goes with.
        """
        others = [i for i in self.items if i.order_item_id not in order_item_ids]
        return replace(
            self,
            items=tuple(
                replace(item, net=ZERO, tax=ZERO, discount=ZERO)
                if item in others
                else item
                for item in self.items
            ),
            residual=self.residual + sum((item.net for item in others), ZERO),
            tax_residual=self.tax_residual + sum((item.tax for item in others), ZERO),
        )


def read_safely(read, raw):
    """Return what a reader makes of a document.

    :raise MalformedOrderError: something that every document has is missing or odd
    """
    if not isinstance(raw, dict):
        raise MalformedOrderError("document")
    try:
        document = read(raw)
    except MalformedOrderError:
        raise
    except UNREADABLE as error:
        raise MalformedOrderError("items") from error
    _check(document)
    return document


def _check(document):
    """Check what records are found by.

    :raise MalformedOrderError: Magento could not have kept it
    """
    if not is_id(document.magento_id):
        raise MalformedOrderError("entity_id")
    if not is_id(document.order_id):
        raise MalformedOrderError("order_id")
    check_codes(document, "increment_id", "state")
    for item in document.items:
        check_codes(item, "order_item_id", "sku")


def head(raw: dict) -> dict:
    """Return the values of a `SalesDocument`."""
    items = as_list(raw.get("items"))
    if items is None:
        raise MalformedOrderError("items")
    return {
        "magento_id": text(raw, "entity_id", required=True),
        "increment_id": text(raw, "increment_id"),
        "order_id": text(raw, "order_id", required=True),
        "state": text(raw, "state"),
        "created_at": _time(raw, "created_at"),
        "items": _items(items),
        "keys": find_keys(raw),
        "raw": raw,
    }


def find_keys(raw: dict) -> frozenset[str]:
    """Return the keys that the comments of a document name."""
    found = set()
    for comment in read_remarks(raw, "comments"):
        found.update(_KEY.findall(text(comment, "comment")))
    return frozenset(key.lower() for key in found)


def money(raw: dict) -> dict:
    """Return the values of a `MoneyDocument`."""
    values = head(raw)
    items = values["items"]
    raw_items = as_list(raw["items"])
    discount = abs(amount(raw, "discount_amount"))
    discount -= sum((abs(amount(i, "discount_amount")) for i in raw_items), ZERO)
    compensation = amount(raw, "discount_tax_compensation_amount")
    compensation -= sum((_compensation(item) for item in raw_items), ZERO)
    # An invoice has the shipping's own apart, a credit memo among all
    compensation = compensation or amount(
        raw, "shipping_discount_tax_compensation_amount"
    )
    shipping_net = amount(raw, "shipping_amount")
    if shipping_net:
        shipping_net += compensation - discount
    tax, shipping_tax = amount(raw, "tax_amount"), amount(raw, "shipping_tax_amount")
    grand_total = amount(raw, "grand_total", required=True)
    # Magento has no sign here: what is added, and what is kept back
    positive = abs(amount(raw, "adjustment_positive"))
    negative = abs(amount(raw, "adjustment_negative"))
    if not positive and not negative:
        adjustment = amount(raw, "adjustment")
        positive, negative = max(adjustment, ZERO), max(-adjustment, ZERO)
    explained = sum((item.net for item in items), ZERO) + tax + shipping_net
    return {
        **values,
        "currency": text(raw, "order_currency_code", required=True),
        "grand_total": grand_total,
        "tax": tax,
        "shipping_net": shipping_net,
        "shipping_discount": discount if shipping_net else ZERO,
        "shipping_tax": shipping_tax,
        "adjustment_positive": positive,
        "adjustment_negative": negative,
        "residual": grand_total - explained - positive + negative,
        "tax_residual": tax - sum((item.tax for item in items), shipping_tax),
    }


def _items(raw_items: list) -> tuple[DocumentItem, ...]:
    """Return the items, each of the order's items once."""
    found: dict[str, DocumentItem] = {}
    for raw in raw_items:
        item = _item(raw)
        if item.order_item_id in found:
            item = _added(found[item.order_item_id], item)
        found[item.order_item_id] = item
    return tuple(found.values())


def _item(raw: dict) -> DocumentItem:
    quantity = amount(raw, "qty", required=True)
    if quantity < 0:
        raise MalformedOrderError("qty")
    return DocumentItem(
        order_item_id=text(raw, "order_item_id", required=True),
        sku=text(raw, "sku"),
        name=text(raw, "name"),
        quantity=quantity,
        net=amount(raw, "row_total")
        - abs(amount(raw, "discount_amount"))
        + _compensation(raw),
        tax=amount(raw, "tax_amount"),
        discount=abs(amount(raw, "discount_amount")),
    )


def _added(one: DocumentItem, other: DocumentItem) -> DocumentItem:
    return DocumentItem(
        one.order_item_id,
        one.sku,
        one.name,
        one.quantity + other.quantity,
        one.net + other.net,
        one.tax + other.tax,
        one.discount + other.discount,
    )


def _compensation(raw: dict) -> Decimal:
    """Return the tax within a discount that was given on prices with tax."""
    return amount(raw, "discount_tax_compensation_amount")


def _time(raw: dict, name: str) -> datetime:
    try:
        return parse_datetime(raw[name])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedOrderError(name) from error
