"""A credit memo's amounts: each item's part of what was invoiced, to the cent."""

from dataclasses import dataclass
from decimal import Decimal

from .amounts import ZERO, DeltaRounder, cents, decimal, number
from .answers import RestError
from .documents import COMPENSATION, PREFIXES, named
from .order_items import OrderItems, quantity, row_total_incl_tax
from .shop import Shop


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
        self._round = DeltaRounder()
        self._is_last_of_order = all(
            self._is_last(item) for item in items.all if items.to_refund(item) > 0
        )

    def item(self, item: dict) -> dict:
        """Return the amounts of one item; a dummy has none."""
        if self._items.is_dummy(item):
            return {}
        amounts = {
            "base_weee_tax_row_disposition": 0,
            "weee_tax_applied": "[]",
            "weee_tax_applied_row_amount": 0,
            "weee_tax_row_disposition": 0,
        }
        for prefix in PREFIXES:
            amounts |= self._item_amounts(item, prefix)
        return amounts

    def totals(self, lines: list[dict]) -> dict:
        """Return the totals of these items and of what the arguments say."""
        found = {}
        for prefix in PREFIXES:
            amounts = self._totals(lines, prefix)
            found |= {named(prefix, name): number(value) for name, value in amounts}
        return found

    def _is_last(self, item: dict) -> bool:
        wanted = self._quantities.get(item["item_id"], ZERO)
        return wanted == self._items.to_refund(item)

    def _item_amounts(self, item: dict, prefix: str) -> dict:
        qty = self._quantities[item["item_id"]]
        available = quantity(item, "invoiced") - quantity(item, "refunded")

        def part(name: str, refunded: str) -> Decimal:
            left = decimal(item.get(f"{prefix}{name}")) - decimal(
                item.get(f"{prefix}{refunded}")
            )
            if self._is_last(item):
                return left
            return self._round(left / available * qty, prefix)

        incl_tax = row_total_incl_tax(item, prefix) / quantity(item, "ordered") * qty
        amounts = {
            "row_total": part("row_invoiced", "amount_refunded"),
            "row_total_incl_tax": self._round(incl_tax, (prefix, "incl")),
        }
        for name in ("tax", "discount_tax_compensation"):
            amounts[f"{name}_amount"] = part(f"{name}_invoiced", f"{name}_refunded")
        if decimal(item.get(f"{prefix}discount_invoiced")):
            amounts["discount_amount"] = part("discount_invoiced", "discount_refunded")
        return {f"{prefix}{name}": number(value) for name, value in amounts.items()}

    def _totals(self, lines: list[dict], prefix: str) -> list[tuple[str, Decimal]]:
        def total(name: str) -> Decimal:
            return sum((decimal(line.get(f"{prefix}{name}")) for line in lines), ZERO)

        def left(name: str) -> Decimal:
            return self._left(f"{name}_invoiced", f"{name}_refunded", prefix)

        shipping = self._shipping(prefix)
        tax = total("tax_amount") + shipping["shipping_tax_amount"]
        tax_left = left("tax")
        whole_shipping = not self._shipping_left(prefix) - shipping["shipping_amount"]
        if self._is_last_of_order and whole_shipping:
            tax = tax_left
        tax = min(tax, tax_left)
        compensation = total("discount_tax_compensation_amount") + shipping.pop(
            COMPENSATION
        )
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
