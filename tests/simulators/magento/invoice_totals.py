"""An invoice's amounts: each item's part of the order's, to the cent."""

from decimal import Decimal

from .amounts import ZERO, decimal, number
from .book import Book
from .documents import COMPENSATION, PREFIXES, document_head, document_item, named
from .item_parts import INVOICED, ItemParts
from .order_items import OrderItems
from .product_taxes import ProductTaxParts

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
        self._parts = ItemParts(items, quantities, INVOICED)
        self._product_taxes = ProductTaxParts(items, quantities, "invoiced")
        self._is_last_of_order = self._parts.is_last_of_order

    def make(self) -> dict:
        """Return the invoice, which is not in the book yet."""
        order, invoice_id = self._order, self._book.next("invoice")
        invoice = document_head(self._book, order, "invoice", invoice_id) | {
            "can_void_flag": 0,
            "state": OPEN,
            "comments": [],
        }
        lines = {
            item_id: self._item(item_id, invoice_id) | amounts
            for item_id, amounts in self._parts.amounts().items()
        }
        invoice["items"] = list(lines.values())
        for prefix in PREFIXES:
            invoice |= self._totals(lines, prefix)
        self._product_taxes.register()
        return invoice

    def _item(self, item_id: int, invoice_id: int) -> dict:
        item = self._items.by_id[item_id]
        line = document_item(item, self._book.next("invoice_item"))
        return line | {
            "parent_id": invoice_id,
            "qty": number(self._quantities[item_id]),
        }

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
        product_tax, product_tax_tax = self._product_taxes.total(prefix)
        rows, separate = total("row_total"), product_tax
        if order.get("_product_tax_in_subtotal"):
            rows, separate = rows + product_tax, ZERO
        subtotal = kept(rows, left("subtotal", "subtotal_invoiced"))
        tax = total("tax_amount") + product_tax_tax
        tax = kept(
            tax + shipping.get("shipping_tax_amount", ZERO),
            left("tax_amount", "tax_invoiced"),
        )
        compensation = total("discount_tax_compensation_amount")
        grand_total = (
            subtotal
            + separate
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
