"""Which tax rates an order's items and its shipping bear."""

from dataclasses import dataclass
from decimal import Decimal

from .amounts import amount, as_list, text


@dataclass(frozen=True)
class LineTax:
    """One rate on one line. `code` is the tax rate's code in Magento, "" if unnamed."""

    code: str
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True)
class OrderTaxes:
    """The taxes that Magento itemises, by item id, and those of the shipping.

    `by_product_tax` are those on the fixed product taxes of items.
    """

    by_item: dict[str, tuple[LineTax, ...]]
    shipping: tuple[LineTax, ...]
    rates: tuple[LineTax, ...]
    by_product_tax: dict[str, tuple[LineTax, ...]]

    def of_item(self, item: dict, net: Decimal, tax: Decimal) -> tuple[LineTax, ...]:
        """Return an item's rates; one that is not itemised has its own percentage."""
        found = self.by_item.get(text(item, "item_id")) or _itemized(item)
        if found:
            return found
        percent = amount(item, "tax_percent") or percent_of(net, tax)
        return (LineTax("", percent, tax),) if percent or tax else ()

    def of_product_tax(self, item: dict) -> tuple[LineTax, ...]:
        """Return the rates on an item's fixed product taxes."""
        return self.by_product_tax.get(text(item, "item_id"), ())

    def of_shipping(self, net: Decimal, tax: Decimal) -> tuple[LineTax, ...]:
        """Return the shipping's rates; unnamed ones are the order's nearest rate."""
        if self.shipping or not tax:
            return self.shipping
        return (self.find_nearest(net, tax),)

    def find_nearest(self, net: Decimal, tax: Decimal) -> LineTax:
        """Return a tax that nobody names by the order's nearest rate."""
        percent = percent_of(net, tax)
        nearest = min(
            self.rates,
            key=lambda rate: abs(rate.percent - percent),
            default=LineTax("", percent, tax),
        )
        return LineTax(nearest.code, nearest.percent, tax)


def read_item_taxes(raw: dict) -> OrderTaxes:
    """Read `item_applied_taxes`, which every Magento 2 gives with an order."""
    attributes = raw.get("extension_attributes") or {}
    by_item, by_product_tax, shipping = {}, {}, ()
    for entry in as_list(attributes.get("item_applied_taxes")) or ():
        taxes = tuple(map(_read, as_list(entry.get("applied_taxes")) or ()))
        if text(entry, "type") == "shipping":
            shipping = taxes
        elif text(entry, "type") == "weee":
            item_id = text(entry, "associated_item_id") or text(entry, "item_id")
            by_product_tax[item_id] = by_product_tax.get(item_id, ()) + taxes
        elif entry.get("item_id"):
            by_item[text(entry, "item_id")] = taxes
    rates = tuple(map(_read, as_list(attributes.get("applied_taxes")) or ()))
    return OrderTaxes(by_item, shipping, rates, by_product_tax)


def percent_of(net: Decimal, tax: Decimal) -> Decimal:
    """Return a tax in percent, with as many digits as Magento's rates have."""
    percent = tax * 100 / net if net else Decimal(0)
    return percent.quantize(Decimal("0.0001"))


def _read(tax: dict) -> LineTax:
    return LineTax(text(tax, "code"), amount(tax, "percent"), amount(tax, "amount"))


def _itemized(item: dict) -> tuple[LineTax, ...]:
    """Read the `itemized_taxes` that newer versions put on the item itself.

    Where several rates make one tax, the rate's own part is the "real" amount.
    """
    taxes = (item.get("extension_attributes") or {}).get("itemized_taxes") or ()
    return tuple(
        LineTax(
            text(tax, "tax_code"),
            amount(tax, "tax_percent"),
            amount(tax, "amount" if tax.get("real_amount") is None else "real_amount"),
        )
        for tax in taxes
    )
