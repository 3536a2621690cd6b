"""An invoice's amounts: each item's part of the order's, to the cent."""

from decimal import Decimal

from .amounts import ZERO, DeltaRounder, decimal, number
from .book import Book
from .documents import COMPENSATION, PREFIXES, document_head, document_item, named
from .order_items import OrderItems, quantity, row_total, row_total_incl_tax

OPEN, PAID, CANCELED = 1, 2, 3


class InvoiceTotals:
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
        order, invoice_id = self._order, self._book.next("invoice")
        invoice = document_head(self._book, order, "invoice", invoice_id) | {
            "can_void_flag": 0,
            "state": OPEN,
            "comments": [],
        }
        lines = {id: self._item(self._items.by_id[id]) for id in self._quantities}
        for line in lines.values():
            line["parent_id"] = invoice_id
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
            total("tax_amount") + shipping.get("shipping_tax_amount", ZERO),
            left("tax_amount", "tax_invoiced"),
        )
        compensation = total("discount_tax_compensation_amount")
        grand_total = (
            subtotal
            - discount
            + tax
            + compensation
            + shipping.get("shipping_amount", ZERO)
            + shipping.get(COMPENSATION, ZERO)
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
        """Return the shipping amounts: the first invoice takes all there is."""
        names = (
            "shipping_amount",
            "shipping_incl_tax",
            "shipping_tax_amount",
            COMPENSATION,
        )
        if any(one.get(f"{prefix}shipping_amount") for one in self._earlier):
            return {}
        return {name: decimal(self._order.get(named(prefix, name))) for name in names}
