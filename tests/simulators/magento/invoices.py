"""Making invoices, with Magento's amounts and what they do to the order."""

from decimal import Decimal

from .amounts import ZERO, decimal, number
from .answers import RestError, invalid
from .book import Book
from .documents import PREFIXES, add_to, add_to_items
from .invoice_totals import PAID, InvoiceTotals
from .order_items import OrderItems, quantity, whole
from .shop import Shop
from .states import settle, touch

# Without products means that nothing is left, or that only children were named.
NO_PRODUCTS = (
    "The invoice can't be created without products. Add products and try again."
)


def make_invoice(
    book: Book,
    shop: Shop,
    order: dict,
    wanted: dict[int, Decimal] | None = None,
    *,
    capture: bool = False,
) -> dict:
    """Make an invoice, or refuse as Magento does.

    :param wanted: order item id → quantity; nothing is everything that is left
    """
    items = OrderItems(order)
    asked = _quantities(items, wanted or {})
    quantities = {item_id: _taken(items, item_id, asked[item_id]) for item_id in asked}
    messages = []
    if sum(quantities.values()) <= 0:
        messages.append(NO_PRODUCTS)
    messages += _refusals(items)
    if messages:
        raise invalid("Invoice", messages)
    taken = {item_id: qty for item_id, qty in quantities.items() if qty > 0}
    invoice = InvoiceTotals(book, items, taken).make()
    # Magento adds up what was asked for, before it cuts off the decimals.
    invoice["total_qty"] = number(sum(asked.values(), ZERO))
    _register(order, items, invoice)
    if capture or not order.get("_gateway"):
        pay(book, order, invoice)
    book.invoices.add(invoice)
    settle(order, shop)
    touch(order, book)
    return invoice


def _refusals(items: OrderItems) -> list[str]:
    order = items.order
    if order["state"] in (
        "payment_review",
        "holded",
        "canceled",
        "complete",
        "closed",
    ):
        return [
            "An invoice cannot be created when an order has a status of "
            f"{order['status']}"
        ]
    if not any(items.to_invoice(item) > 0 for item in items.all):
        return ["The order does not allow an invoice to be created."]
    return []


def _quantities(items: OrderItems, wanted: dict[int, Decimal]) -> dict[int, Decimal]:
    """Return the quantity asked for of every order item that may be on the invoice."""
    wanted = _with_relatives(items, wanted)
    quantities = {}
    for item in items.all:
        item_id = item["item_id"]
        if not _can_be_on_it(items, item, wanted):
            continue
        if item_id in wanted:
            qty = wanted[item_id]
        elif items.is_dummy(item):
            qty = quantity(item, "ordered") or Decimal(1)
        else:
            qty = ZERO if wanted else items.to_invoice(item)
        quantities[item_id] = qty
    return quantities


def _taken(items: OrderItems, item_id: int, asked: Decimal) -> Decimal:
    """Return the quantity that is invoiced, or refuse one that is too large."""
    item = items.by_id[item_id]
    qty = max(whole(item, asked), ZERO)
    if qty > items.to_invoice(item) and not items.is_dummy(item):
        raise RestError(
            400,
            'We found an invalid quantity to invoice item "%1".',
            [item["name"]],
        )
    return qty


def _with_relatives(
    items: OrderItems, wanted: dict[int, Decimal]
) -> dict[int, Decimal]:
    """Add the children of the parents that are wanted."""
    wanted = dict(wanted)
    for item in items.all:
        item_id, parent = item["item_id"], items.parent(item)
        if item_id in wanted and items.children(item) and items.is_dummy(item):
            for child in items.children(item):
                wanted[child["item_id"]] = wanted[item_id] * items.share(child)
        elif item_id not in wanted and parent and parent["item_id"] in wanted:
            wanted[item_id] = wanted[parent["item_id"]]
    return wanted


def _can_be_on_it(items: OrderItems, item: dict, wanted: dict[int, Decimal]) -> bool:
    if not items.is_dummy(item):
        return items.to_invoice(item) > 0
    relatives = items.children(item) or [items.parent(item)]
    if not wanted:
        return any(items.to_invoice(one) > 0 for one in relatives)
    return any(wanted.get(one["item_id"], ZERO) > 0 for one in relatives)


def _register(order: dict, items: OrderItems, invoice: dict) -> None:
    """Tell the order what was invoiced."""
    add_to_items(items.by_id, invoice, "invoiced", "row_invoiced")
    for line in invoice["items"]:
        if "row_total" in line:
            items.by_id[line["order_item_id"]].setdefault("weee_tax_applied", "[]")
    for prefix in PREFIXES:
        sums = {
            "subtotal_invoiced": "subtotal",
            "tax_invoiced": "tax_amount",
            "discount_invoiced": "discount_amount",
            "discount_tax_compensation_invoiced": "discount_tax_compensation_amount",
            "shipping_invoiced": "shipping_amount",
            "total_invoiced": "grand_total",
        }
        for name, source in sums.items():
            add_to(order, f"{prefix}{name}", invoice.get(f"{prefix}{source}"))
    add_to(order, "base_total_invoiced_cost", 0)


def pay(book: Book, order: dict, invoice: dict) -> None:
    """Mark the invoice as paid, which makes the order so much paid."""
    invoice["state"] = PAID
    payment = order["payment"]
    for prefix in PREFIXES:
        total = invoice[f"{prefix}grand_total"]
        add_to(order, f"{prefix}total_paid", total)
        due = decimal(order[f"{prefix}grand_total"]) - decimal(
            order[f"{prefix}total_paid"]
        )
        order[f"{prefix}total_due"] = number(due)
        add_to(payment, f"{prefix}amount_paid", total)
        shipping = invoice.get(f"{prefix}shipping_amount")
        add_to(payment, f"{prefix}shipping_captured", shipping)
    if order.get("_gateway"):
        _add_capture(book, order, invoice)


def _add_capture(book: Book, order: dict, invoice: dict) -> None:
    """List the online payment of the invoice."""
    transaction_id = book.next("transaction")
    invoice["transaction_id"] = f"PAY-{transaction_id:08d}"
    book.transactions.add(
        {
            "transaction_id": transaction_id,
            "order_id": order["entity_id"],
            "payment_id": order["payment"]["entity_id"],
            "txn_id": invoice["transaction_id"],
            "txn_type": "capture",
            "is_closed": 0,
            "created_at": book.now(),
            "additional_information": [],
            "child_transactions": [],
        }
    )
