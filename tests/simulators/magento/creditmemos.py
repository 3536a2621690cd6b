"""Making credit memos, and what they do to the order."""

from decimal import Decimal

from .amounts import ZERO, decimal, number
from .answers import RestError, invalid
from .book import Book
from .comments import order_comment
from .creditmemo_totals import Arguments, CreditmemoTotals
from .documents import PREFIXES, add_to, add_to_items, document_head, document_item
from .order_items import OrderItems, is_dynamic_bundle, quantity, whole
from .shop import Shop
from .states import settle, touch

REFUNDED = 2
_LOCKED_STATES = ("payment_review", "holded", "canceled", "closed")


def make_creditmemo(
    book: Book,
    shop: Shop,
    order: dict,
    wanted: dict[int, Decimal] | None = None,
    arguments: Arguments | None = None,
    *,
    notify: bool = False,
) -> dict:
    """Make a credit memo of what was paid offline, or refuse as Magento does.

    :param wanted: order item id → quantity; nothing is everything that is left
    """
    items, wanted = OrderItems(order), wanted or {}
    quantities = _quantities(items, wanted)
    taken = {item_id: qty for item_id, qty in quantities.items() if qty > 0}
    totals = CreditmemoTotals(items, taken, arguments or Arguments(), shop)
    amounts = totals.items()
    sums = totals.totals(list(amounts.values()))
    messages = _refusals(items, wanted, sums)
    if messages:
        raise invalid("Creditmemo", messages)
    creditmemo_id = book.next("creditmemo")
    creditmemo = document_head(book, order, "creditmemo", creditmemo_id) | sums
    creditmemo["state"] = REFUNDED
    creditmemo["comments"] = []
    creditmemo["items"] = [
        {
            "base_cost": None,
            "parent_id": creditmemo_id,
            "qty": number(qty),
            **document_item(items.by_id[item_id], book.next("creditmemo_item")),
            **amounts[item_id],
        }
        for item_id, qty in taken.items()
    ]
    _register(order, items, creditmemo)
    totals.register()
    order["customer_note_notify"] = int(notify)
    book.creditmemos.add(creditmemo)
    settle(order, shop)
    order_comment(
        book,
        order,
        f"We refunded {shop.price(creditmemo['base_grand_total'])} offline.",
        int(notify),
        entity_name="creditmemo",
    )
    touch(order, book)
    return creditmemo


def _refusals(
    items: OrderItems, wanted: dict[int, Decimal], sums: dict[str, object]
) -> list[str]:
    order, messages = items.order, []
    if order["state"] in _LOCKED_STATES:
        messages.append(
            "A creditmemo can not be created when an order has a status of "
            f"{order['status']}"
        )
    for item_id in wanted:
        if item_id not in items.by_id:
            messages.append(
                "The creditmemo contains product item that is not part of the original "
                "order."
            )
        elif items.is_dummy(items.by_id[item_id]):
            messages.append("The creditmemo contains incorrect product items.")
    left = decimal(order.get("base_total_paid")) - decimal(
        order.get("base_total_refunded")
    )
    if decimal(sums["base_grand_total"]) > left:
        messages.append(f"The most money available to refund is {number(left)}.")
    return messages


def _quantities(items: OrderItems, wanted: dict[int, Decimal]) -> dict[int, Decimal]:
    """Return the quantity of every order item that may come onto the credit memo."""
    quantities = {}
    for item in items.all:
        item_id = item["item_id"]
        if items.is_dummy(item):
            qty = _dummy_quantity(items, item, wanted)
        else:
            qty = wanted.get(item_id, ZERO) if wanted else items.to_refund(item)
            qty = max(whole(item, qty), ZERO)
            if qty > items.to_refund(item):
                raise RestError(
                    400,
                    'We found an invalid quantity to refund item "%1".',
                    [item["name"]],
                )
        quantities[item_id] = qty
    return quantities


def _dummy_quantity(
    items: OrderItems, item: dict, wanted: dict[int, Decimal]
) -> Decimal:
    """Return how many of an item go with those that carry the quantity."""
    if is_dynamic_bundle(item):
        parts = items.children(item)
        if not any(_refunded(items, part, wanted) for part in parts):
            return ZERO
        return quantity(item, "invoiced") - quantity(item, "refunded")
    parent = items.parent(item)
    return _refunded(items, parent, wanted) * items.share(item)


def _refunded(items: OrderItems, item: dict, wanted: dict[int, Decimal]) -> Decimal:
    if wanted:
        return wanted.get(item["item_id"], ZERO)
    return items.to_refund(item)


def _register(order: dict, items: OrderItems, creditmemo: dict) -> None:
    """Tell the order what was refunded."""
    add_to_items(items.by_id, creditmemo, "refunded", "amount_refunded")
    sums = {
        "subtotal_refunded": "subtotal",
        "tax_refunded": "tax_amount",
        "discount_refunded": "discount_amount",
        "discount_tax_compensation_refunded": "discount_tax_compensation_amount",
        "shipping_refunded": "shipping_amount",
        "shipping_tax_refunded": "shipping_tax_amount",
        "total_refunded": "grand_total",
        "total_offline_refunded": "grand_total",
        "adjustment_positive": "adjustment_positive",
        "adjustment_negative": "adjustment_negative",
    }
    for prefix in PREFIXES:
        for name, source in sums.items():
            add_to(order, f"{prefix}{name}", creditmemo.get(f"{prefix}{source}"))
        payment = order["payment"]
        total = creditmemo[f"{prefix}grand_total"]
        add_to(payment, f"{prefix}amount_refunded", total)
        shipping = creditmemo[f"{prefix}shipping_amount"]
        add_to(payment, f"{prefix}shipping_refunded", shipping)
