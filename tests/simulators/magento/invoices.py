"""Making invoices, with Magento's amounts and what they do to the order."""

from decimal import Decimal

from .amounts import ZERO, DeltaRounder, decimal, number
from .answers import RestError, invalid
from .book import Book
from .order_items import OrderItems, quantity, row_total, row_total_incl_tax, whole
from .shop import Shop
from .states import settle, touch

OPEN, PAID, CANCELED = 1, 2, 3
PREFIXES = ("base_", "")
# Without products means that nothing is left, or that only children were named.
NO_PRODUCTS = (
    "The invoice can't be created without products. Add products and try again."
)
# The base currency's twin of this field was cut off at the database's name limit.
_COMPENSATION = "shipping_discount_tax_compensation_amount"
BASE_COMPENSATION = "base_shipping_discount_tax_compensation_amnt"


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
    quantities = _quantities(items, wanted or {})
    messages = []
    if sum(quantities.values()) <= 0:
        messages.append(NO_PRODUCTS)
    messages += _refusals(items)
    if messages:
        raise invalid("Invoice", messages)
    taken = {number: qty for number, qty in quantities.items() if qty > 0}
    invoice = _InvoiceTotals(book, items, taken).make()
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
    """Return the quantity of every order item that comes onto the invoice."""
    wanted = _with_relatives(items, wanted)
    quantities = {}
    for item in items.all:
        number = item["item_id"]
        if not _can_be_on_it(items, item, wanted):
            continue
        if number in wanted:
            qty = wanted[number]
        elif items.is_dummy(item):
            qty = quantity(item, "ordered") or Decimal(1)
        else:
            qty = ZERO if wanted else items.to_invoice(item)
        qty = max(whole(item, qty), ZERO)
        if qty > items.to_invoice(item) and not items.is_dummy(item):
            raise RestError(
                400,
                'We found an invalid quantity to invoice item "%1".',
                [item["name"]],
            )
        quantities[number] = qty
    return quantities


def _with_relatives(
    items: OrderItems, wanted: dict[int, Decimal]
) -> dict[int, Decimal]:
    """Add the children of the parents that are wanted."""
    wanted = dict(wanted)
    for item in items.all:
        number, parent = item["item_id"], items.parent(item)
        if number in wanted and items.children(item) and items.is_dummy(item):
            for child in items.children(item):
                wanted[child["item_id"]] = wanted[number] * items.share(child)
        elif number not in wanted and parent and parent["item_id"] in wanted:
            wanted[number] = wanted[parent["item_id"]]
    return wanted


def _can_be_on_it(items: OrderItems, item: dict, wanted: dict[int, Decimal]) -> bool:
    if not items.is_dummy(item):
        return items.to_invoice(item) > 0
    relatives = items.children(item) or [items.parent(item)]
    if not wanted:
        return any(items.to_invoice(one) > 0 for one in relatives)
    return any(wanted.get(one["item_id"], ZERO) > 0 for one in relatives)


class _InvoiceTotals:
    """One invoice's items and totals, in both currencies."""

    def __init__(self, book: Book, items: OrderItems, quantities: dict[int, Decimal]):
        self._book = book
        self._items = items
        self._order = items.order
        self._quantities = quantities
        self._earlier = [
            one
            for one in book.invoices.of_order(self._order["entity_id"])
            if one.get("state") != CANCELED
        ]
        self._round = DeltaRounder()
        self._is_last_of_order = all(
            self._is_last(item) for item in items.all if items.to_invoice(item) > 0
        )

    def make(self) -> dict:
        """Return the invoice, which is not in the book yet."""
        order, number = self._order, self._book.next("invoice")
        invoice = document_head(self._book, order, "invoice", number) | {
            "can_void_flag": 0,
            "state": OPEN,
            "total_qty": number_of(self._quantities),
            "comments": [],
        }
        lines = {id: self._item(self._items.by_id[id]) for id in self._quantities}
        for line in lines.values():
            line["parent_id"] = number
        invoice["items"] = list(lines.values())
        for prefix in PREFIXES:
            invoice |= self._totals(lines, prefix)
        return invoice

    def _is_last(self, item: dict) -> bool:
        wanted = self._quantities.get(item["item_id"], ZERO)
        return wanted == self._items.to_invoice(item)

    def _item(self, item: dict) -> dict:
        line = document_item(item, self._book.next("invoice_item"))
        line["qty"] = number(self._quantities[item["item_id"]])
        if not self._items.is_dummy(item):
            for prefix in PREFIXES:
                self._add_amounts(line, item, prefix)
        return line

    def _add_amounts(self, line: dict, item: dict, prefix: str) -> None:
        qty = self._quantities[item["item_id"]]
        available = quantity(item, "ordered") - quantity(item, "invoiced")

        def part(whole_amount: Decimal, invoiced: str) -> Decimal:
            left = whole_amount - decimal(item.get(f"{prefix}{invoiced}"))
            if self._is_last(item):
                return left
            return self._round(left / available * qty, prefix)

        incl_tax = row_total_incl_tax(item, prefix) / quantity(item, "ordered") * qty
        compensation = "discount_tax_compensation"
        amounts = {
            "row_total": part(row_total(item, prefix), "row_invoiced"),
            "row_total_incl_tax": self._round(incl_tax, (prefix, "incl")),
            "tax_amount": part(
                decimal(item.get(f"{prefix}tax_amount")), "tax_invoiced"
            ),
            f"{compensation}_amount": part(
                decimal(item.get(f"{prefix}{compensation}_amount")),
                f"{compensation}_invoiced",
            ),
        }
        discount = decimal(item.get(f"{prefix}discount_amount"))
        if discount:
            amounts["discount_amount"] = part(discount, "discount_invoiced")
        for name, amount in amounts.items():
            line[f"{prefix}{name}"] = number(amount)

    def _totals(self, lines: dict[int, dict], prefix: str) -> dict:
        order = self._order

        def total(name: str) -> Decimal:
            given = (decimal(line.get(f"{prefix}{name}")) for line in lines.values())
            return sum(given, ZERO)

        def left(name: str, invoiced: str) -> Decimal:
            return decimal(order[f"{prefix}{name}"]) - decimal(
                order.get(f"{prefix}{invoiced}")
            )

        def kept(amount: Decimal, allowed: Decimal) -> Decimal:
            return allowed if self._is_last_of_order else min(amount, allowed)

        shipping = self._shipping(prefix)
        discount = total("discount_amount")
        if not any(one.get(f"{prefix}discount_amount") for one in self._earlier):
            discount += decimal(order.get(f"{prefix}shipping_discount_amount"))
        subtotal = kept(total("row_total"), left("subtotal", "subtotal_invoiced"))
        tax = kept(
            total("tax_amount") + shipping["shipping_tax_amount"],
            left("tax_amount", "tax_invoiced"),
        )
        compensation = total("discount_tax_compensation_amount")
        grand_total = (
            subtotal
            - discount
            + tax
            + compensation
            + shipping["shipping_amount"]
            + shipping[_COMPENSATION]
        )
        if not self._earlier:
            grand_total += decimal(order.get(f"_{prefix}extra"))
        amounts = shipping | {
            "subtotal": subtotal,
            "subtotal_incl_tax": total("row_total_incl_tax"),
            "discount_amount": -discount,
            "tax_amount": tax,
            "discount_tax_compensation_amount": compensation,
            "grand_total": grand_total,
        }
        return {named(prefix, name): number(value) for name, value in amounts.items()}

    def _shipping(self, prefix: str) -> dict[str, Decimal]:
        """Return the shipping amounts: the first invoice takes all of them."""
        names = (
            "shipping_amount",
            "shipping_incl_tax",
            "shipping_tax_amount",
            _COMPENSATION,
        )
        if any(one.get(f"{prefix}shipping_amount") for one in self._earlier):
            return dict.fromkeys(names, ZERO)
        return {name: decimal(self._order.get(named(prefix, name))) for name in names}


def named(prefix: str, name: str) -> str:
    """Return the field's name in that currency."""
    if prefix and name == _COMPENSATION:
        return BASE_COMPENSATION
    return f"{prefix}{name}"


def number_of(quantities: dict[int, Decimal]) -> int | float:
    """Return the total quantity, which counts parents and children alike."""
    return number(sum(quantities.values(), ZERO))


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


def _register(order: dict, items: OrderItems, invoice: dict) -> None:
    """Tell the order what was invoiced."""
    for line in invoice["items"]:
        item = items.by_id[line["order_item_id"]]
        add_to(item, "qty_invoiced", line["qty"])
        item["updated_at"] = invoice["created_at"]
        for prefix in PREFIXES:
            add_to(item, f"{prefix}row_invoiced", line.get(f"{prefix}row_total"))
            for name in ("tax", "discount", "discount_tax_compensation"):
                given = line.get(f"{prefix}{name}_amount")
                add_to(item, f"{prefix}{name}_invoiced", given)
        if "row_total" in line:
            item["weee_tax_applied"] = "[]"
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
            add_to(order, f"{prefix}{name}", invoice[f"{prefix}{source}"])
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
        shipping = invoice[f"{prefix}shipping_amount"]
        add_to(payment, f"{prefix}shipping_captured", shipping)
    if order.get("_gateway"):
        _add_capture(book, order, invoice)


def _add_capture(book: Book, order: dict, invoice: dict) -> None:
    number = book.next("transaction")
    invoice["transaction_id"] = f"PAY-{number:08d}"
    book.transactions.add(
        {
            "transaction_id": number,
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
