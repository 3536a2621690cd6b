"""What the delivery of an order costs, how and where it goes."""

from dataclasses import dataclass
from decimal import Decimal

from .amounts import amount, as_list, text
from .discounts import Discounted, keep_tax
from .taxes import LineTax, read_item_taxes


@dataclass(frozen=True)
class Shipping:
    """The delivery: `net` after its discount without tax, and where it goes.

    `untaxed_discount` is a discount that leaves the tax as it is; `net` is without it.
    `method` is carrier and method in one code, such as "flatrate_flatrate".
    """

    method: str
    title: str
    net: Decimal
    tax: Decimal
    taxes: tuple[LineTax, ...]
    price: Decimal
    discount: Decimal
    address: dict | None
    untaxed_discount: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """The price of the delivery after discount with tax."""
        return self.net + self.tax - self.untaxed_discount


def read_shipping(raw: dict) -> Shipping:
    """Read the shipping of an order; a virtual order has none."""
    attributes = raw.get("extension_attributes") or {}
    assignments = as_list(attributes.get("shipping_assignments")) or [{}]
    assigned = (assignments[0] or {}).get("shipping") or {}
    price = amount(raw, "shipping_amount")
    discount = abs(amount(raw, "shipping_discount_amount"))
    compensation = amount(raw, "shipping_discount_tax_compensation_amount")
    net, tax = price - discount + compensation, amount(raw, "shipping_tax_amount")
    taxes = read_item_taxes(raw).of_shipping(net, tax)
    one = Discounted(net, discount, compensation, tax, taxes, Decimal(1))
    untaxed = discount if keep_tax([one]) else Decimal(0)
    return Shipping(
        method=text(assigned, "method"),
        title=text(raw, "shipping_description"),
        net=net + untaxed,
        tax=tax,
        taxes=taxes,
        price=price,
        discount=discount,
        address=assigned.get("address"),
        untaxed_discount=untaxed,
    )
