"""The taxes of an order, as its extension attributes list them."""

from decimal import Decimal

from .amounts import ZERO, number
from .book import Book
from .placing import PricedCart
from .pricing import Priced, percents_shown
from .shop import TaxRate


def add_taxes(order: dict, priced: PricedCart, book: Book) -> None:
    """List the taxes in the order and in its items.

    Where several rates make one tax, ``amount`` of ``taxes`` and ``itemized_taxes`` is
    the whole tax and the rate's own part is the ``real`` amount.
    """
    sums: dict[TaxRate, list[Decimal]] = {}
    percents: dict[TaxRate, Decimal] = {}
    for _kind, _item, base, own in _taxed(order, priced):
        percents = percents_shown(own.shares) | percents
        for rate in own.shares:
            total = sums.setdefault(rate, [ZERO] * 4)
            parts = (own.shares[rate], base.shares[rate], own.tax, base.tax)
            sums[rate] = [done + part for done, part in zip(total, parts, strict=True)]
    numbers = {rate: book.next("tax") for rate in sums}
    for item in order["items"]:
        item["extension_attributes"] = {"itemized_taxes": []}
    by_item, additional = [], []
    for kind, item, base, own in _taxed(order, priced):
        if not own.shares:
            continue
        listed = [
            _itemized(rate, kind, item, base, own, numbers[rate], book)
            for rate in own.shares
        ]
        place = item["extension_attributes"]["itemized_taxes"] if item else additional
        place.extend(listed)
        by_item.append(_applied_to(kind, item, base, own))
        if own.product_tax_tax:
            by_item.append(_product_tax_of(item, base, own))
            for rate, share in own.product_tax_shares.items():
                sums[rate][0] += share
                sums[rate][1] += base.product_tax_shares[rate]
    order["extension_attributes"] |= {
        "applied_taxes": [
            _applied(rate, percents[rate], total[0], total[1])
            for rate, total in sums.items()
        ],
        "item_applied_taxes": by_item,
        "converting_from_quote": False,
        "taxes": [
            _tax(order, rate, numbers[rate], total) for rate, total in sums.items()
        ],
        "additional_itemized_taxes": additional,
    }


def _taxed(order: dict, priced: PricedCart):
    """Yield the kind, item, base and order amounts of what is taxed, shipping last."""
    for item, ordered in zip(order["items"], priced.items, strict=True):
        if id(ordered) in priced.base.rows and not ordered.is_dynamic:
            base, own = priced.base.rows[id(ordered)], priced.order.rows[id(ordered)]
            yield "product", item, base, own
    yield "shipping", None, priced.base.shipping, priced.order.shipping


def _applied(
    rate: TaxRate, percent: Decimal, amount: Decimal, base_amount: Decimal
) -> dict:
    return {
        "code": rate.code,
        "title": rate.code,
        "percent": number(percent),
        "amount": number(amount),
        "base_amount": number(base_amount),
    }


def _applied_to(kind: str, item: dict | None, base: Priced, own: Priced) -> dict:
    percents = percents_shown(own.shares)
    applied = [
        _applied(rate, percents[rate], amount, base.shares[rate])
        for rate, amount in own.shares.items()
    ]
    said = {"type": kind, "applied_taxes": applied}
    return {"type": kind, "item_id": item["item_id"], **said} if item else said


def _product_tax_of(item: dict, base: Priced, own: Priced) -> dict:
    """Return the tax on an item's fixed product tax."""
    percents = percents_shown(own.shares)
    return {
        "type": "weee",
        "associated_item_id": item["item_id"],
        "applied_taxes": [
            _applied(rate, percents[rate], share, base.product_tax_shares[rate])
            for rate, share in own.product_tax_shares.items()
        ],
    }


def _itemized(
    rate: TaxRate,
    kind: str,
    item: dict | None,
    base: Priced,
    own: Priced,
    tax_id: int,
    book: Book,
) -> dict:
    said = {
        "tax_item_id": book.next("tax_item"),
        "tax_id": tax_id,
        "tax_code": rate.code,
        "tax_percent": number(percents_shown(own.shares)[rate]),
        "amount": number(own.tax),
        "base_amount": number(base.tax),
        "real_amount": number(own.shares[rate]),
        "real_base_amount": number(base.shares[rate]),
        "taxable_item_type": kind,
    }
    return said | {"item_id": item["item_id"]} if item else said


def _tax(order: dict, rate: TaxRate, tax_id: int, total: list[Decimal]) -> dict:
    _own_share, base_share, own, base = total
    return {
        "tax_id": tax_id,
        "order_id": order["entity_id"],
        "code": rate.code,
        "title": rate.code,
        "percent": number(rate.percent),
        "amount": number(own),
        "base_amount": number(base),
        "base_real_amount": number(base_share),
        "priority": 0,
        "position": 0,
        "process": 0,
    }
