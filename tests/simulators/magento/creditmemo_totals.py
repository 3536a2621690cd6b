"""A credit memo's amounts: each item's part of what was invoiced, to the cent."""

from dataclasses import dataclass
from decimal import Decimal

from .amounts import ZERO, cents, decimal, number
from .answers import RestError
from .documents import COMPENSATION, PREFIXES, named
from .item_parts import REFUNDED, ItemParts
from .order_items import OrderItems
from .product_taxes import ProductTaxParts
from .shop import Shop

# The fixed product taxes of an item that has none.
_WEEE = {
    "base_weee_tax_row_disposition": 0,
    "weee_tax_applied": "[]",
    "weee_tax_applied_row_amount": 0,
    "weee_tax_row_disposition": 0,
}


@dataclass(frozen=True)
class Arguments:
    """What a refund may say of amounts: all in base currency.

    :param shipping_amount: None refunds all the shipping that is left
    """

    shipping_amount: Decimal | None = None
    adjustment_positive: Decimal | None = None
    adjustment_negative: Decimal | None = None


class CreditmemoTotals:
    """The amounts of one credit memo, in both currencies."""

    def __init__(
        self,
        items: OrderItems,
        quantities: dict[int, Decimal],
        arguments: Arguments,
        shop: Shop,
    ):
        self._items = items
        self._order = items.order
        self._quantities = quantities
        self._arguments = arguments
        self._shop = shop
        self._parts = ItemParts(items, quantities, REFUNDED)
        self._product_taxes = ProductTaxParts(items, quantities, "refunded")
        self._is_last_of_order = self._parts.is_last_of_order

    def items(self) -> dict[int, dict]:
        """Return order item id → amounts; dummies have none."""
        found = self._parts.amounts()
        return {
            item_id: amounts and amounts | _WEEE | self._product_tax(item_id)
            for item_id, amounts in found.items()
        }

    def _product_tax(self, item_id: int) -> dict:
        item = self._items.by_id[item_id]
        if "_product_tax" not in item:
            return {}
        net, _tax = self._product_taxes.of_item(item_id, "")
        return {
            "weee_tax_applied": item["weee_tax_applied"],
            "weee_tax_applied_row_amount": number(net),
        }

    def register(self) -> None:
        """Let the order's items count what is no amount of an item."""
        self._product_taxes.register()

    def totals(self, lines: list[dict]) -> dict:
        """Return the totals of these items and of what the arguments say."""
        found = {}
        for prefix in PREFIXES:
            amounts = self._totals(lines, prefix)
            found |= {named(prefix, name): number(value) for name, value in amounts}
        return found

    def _totals(self, lines: list[dict], prefix: str) -> list[tuple[str, Decimal]]:
        def total(name: str) -> Decimal:
            return sum((decimal(line.get(f"{prefix}{name}")) for line in lines), ZERO)

        def left(name: str) -> Decimal:
            return self._left(f"{name}_invoiced", f"{name}_refunded", prefix)

        shipping = self._shipping(prefix)
        product_tax, product_tax_tax = self._product_taxes.total(prefix)
        tax = total("tax_amount") + product_tax_tax + shipping["shipping_tax_amount"]
        tax_left = left("tax")
        whole_shipping = not self._shipping_left(prefix) - shipping["shipping_amount"]
        if self._is_last_of_order and whole_shipping:
            tax = tax_left
        tax = min(tax, tax_left)
        compensation = total("discount_tax_compensation_amount")
        compensation += shipping.pop(COMPENSATION)
        compensation_left = left("discount_tax_compensation") + decimal(
            self._order.get(named(prefix, COMPENSATION))
        )
        if self._is_last_of_order and whole_shipping:
            compensation = compensation_left
        compensation = min(compensation, compensation_left)
        discount = total("discount_amount") + shipping.pop("discount")
        positive = self._adjustment("adjustment_positive", prefix)
        negative = self._adjustment("adjustment_negative", prefix)
        subtotal = total("row_total")
        amounts = shipping | {
            "adjustment": (positive or ZERO) - (negative or ZERO),
            "subtotal": subtotal,
            "subtotal_incl_tax": total("row_total_incl_tax"),
            "discount_amount": -discount,
            "tax_amount": tax,
            "discount_tax_compensation_amount": compensation,
        }
        if positive is not None:
            amounts["adjustment_positive"] = positive
        if negative is not None:
            amounts["adjustment_negative"] = negative
        amounts["grand_total"] = (
            subtotal
            + product_tax
            - discount
            + tax
            + compensation
            + shipping["shipping_amount"]
            + amounts["adjustment"]
        )
        if self._is_last_of_order and any(self._quantities.values()):
            amounts["grand_total"] += decimal(self._order.get(f"_{prefix}extra"))
        return list(amounts.items())

    def _adjustment(self, name: str, prefix: str) -> Decimal | None:
        given = getattr(self._arguments, name)
        return None if given is None else cents(given * self._rate(prefix))

    def _rate(self, prefix: str) -> Decimal:
        return Decimal(1) if prefix else decimal(self._order["base_to_order_rate"])

    def _left(self, whole: str, refunded: str, prefix: str) -> Decimal:
        return decimal(self._order.get(f"{prefix}{whole}")) - decimal(
            self._order.get(f"{prefix}{refunded}")
        )

    def _shipping_left(self, prefix: str) -> Decimal:
        return self._left("shipping_amount", "shipping_refunded", prefix)

    def _shipping(self, prefix: str) -> dict[str, Decimal]:
        """Return the shipping amounts: all that is left, or a part of it."""
        left, base_left = self._shipping_left(prefix), self._shipping_left("base_")
        wanted = self._arguments.shipping_amount
        if wanted is not None and cents(wanted) > base_left:
            raise RestError(
                400,
                "Maximum shipping amount allowed to refund is: %1",
                [self._shop.price(base_left)],
            )
        share = Decimal(1)
        base_whole = decimal(self._order["base_shipping_amount"])
        if wanted is not None:
            share = cents(wanted) / base_whole if base_whole else ZERO
        elif base_whole:
            share = base_left / base_whole

        def part(name: str) -> Decimal:
            return cents(decimal(self._order.get(named(prefix, name))) * share)

        everything = wanted is None or cents(wanted) == base_left
        tax = (
            self._left("shipping_tax_amount", "shipping_tax_refunded", prefix)
            if everything
            else part("shipping_tax_amount")
        )
        amount = left if everything else part("shipping_amount")
        return {
            "shipping_amount": amount,
            "shipping_incl_tax": part("shipping_incl_tax"),
            "shipping_tax_amount": tax,
            "discount": part("shipping_discount_amount"),
            COMPENSATION: part(COMPENSATION),
        }
