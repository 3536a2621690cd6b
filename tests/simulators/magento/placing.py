"""Placing an order: its items priced in both currencies, and its totals."""

from dataclasses import dataclass, field
from decimal import Decimal

from .amounts import ZERO, cents, decimal, number
from .order_lines import (
    Line,
    Ordered,
    ordered_items,
    pieces_to_ship,
    row_weight_of,
    weight_of,
)
from .pricing import Calculator, Priced, Wanted, percent_of
from .product_taxes import add_product_tax
from .shop import Shop, StoreView


@dataclass
class Cart:
    """What is ordered, and on which terms.

    :param shipping_amount: in base currency, instead of the flat rate per piece
    :param shipping_taxes: codes of the tax rates on shipping
    :param shipping_discount: in base currency
    :param extra_totals: name → what it adds to the grand total, in base currency
    """

    lines: list[Line]
    view: StoreView
    country: str = "FR"
    discount_percent: Decimal = ZERO
    shipping_amount: Decimal | None = None
    shipping_taxes: list[str] | None = None
    shipping_discount: Decimal = ZERO
    extra_totals: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class Totals:
    """A cart priced in one currency."""

    rows: dict[int, Priced]
    shipping: Priced
    amounts: dict[str, Decimal]
    extra: dict[str, Decimal]


@dataclass
class PricedCart:
    """A cart priced in both currencies."""

    items: list[Ordered]
    base: Totals
    order: Totals


def price_cart(cart: Cart, shop: Shop, catalog) -> PricedCart:
    """Price the cart in base currency and, on its own, in the order's."""
    items = ordered_items(
        cart.lines, shop, catalog, cart.country, cart.discount_percent
    )
    base = _totals(cart, items, shop, Decimal(1))
    if cart.view.rate == 1:
        return PricedCart(items, base, base)
    return PricedCart(items, base, _totals(cart, items, shop, cart.view.rate))


def _totals(cart: Cart, items: list[Ordered], shop: Shop, rate: Decimal) -> Totals:
    calculator = Calculator(
        shop.rounding,
        cart.view.prices_include_tax,
        shop.tax_before_discount,
        shop.product_tax_is_taxed,
    )
    rows = {
        id(item): calculator.row(item.wanted(rate))
        for item in items
        if item.unit_price is not None
    }
    for item in items:
        if item.is_dynamic:
            rows[id(item)] = _sum_of_children(item, rows)
    shipping = _shipping(cart, items, shop, rate)
    carrying = [
        rows[id(one)] for one in items if id(one) in rows and not one.is_dynamic
    ]
    extra = {name: cents(amount * rate) for name, amount in cart.extra_totals.items()}
    amounts = _amounts(carrying, shipping, extra)
    if shop.product_tax_in_subtotal:
        amounts["subtotal"] += sum((row.product_tax for row in carrying), ZERO)
    return Totals(rows, shipping, amounts, extra)


def _shipping(cart: Cart, items: list[Ordered], shop: Shop, rate: Decimal) -> Priced:
    amount = cart.shipping_amount
    if amount is None:
        amount = shop.shipping_per_piece * pieces_to_ship(items)
    if not amount:
        return Priced()
    if cart.shipping_taxes is not None:
        rates = tuple(shop.rate(code) for code in cart.shipping_taxes)
    else:
        rates = shop.rates_for(cart.country, shop.shipping_tax_class)
    wanted = Wanted(
        amount * rate, Decimal(1), rates, discount=cart.shipping_discount * rate
    )
    calculator = Calculator(
        shop.rounding, cart.view.shipping_includes_tax, shop.tax_before_discount
    )
    return calculator.row(wanted)


def _sum_of_children(item: Ordered, rows: dict[int, Priced]) -> Priced:
    """Return the amounts of a dynamic bundle: they are only for show."""
    children = [(child, rows[id(child)]) for child in item.children]

    def each(name: str) -> Decimal:
        return sum(
            (
                getattr(row, name) * child.quantity / item.quantity
                for child, row in children
            ),
            ZERO,
        )

    return Priced(
        price=each("price"),
        price_incl_tax=each("price_incl_tax"),
        row_total=sum((row.row_total for _, row in children), ZERO),
        row_total_incl_tax=sum((row.row_total_incl_tax for _, row in children), ZERO),
        tax=sum((row.tax for _, row in children), ZERO),
    )


def _amounts(
    rows: list[Priced], shipping: Priced, extra: dict[str, Decimal]
) -> dict[str, Decimal]:
    """Return the order's totals by their names."""

    def total(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), ZERO)

    amounts = {
        "subtotal": total("row_total"),
        "subtotal_incl_tax": total("row_total_incl_tax"),
        "discount_amount": -(total("discount") + shipping.discount),
        "tax_amount": total("tax") + total("product_tax_tax") + shipping.tax,
        "discount_tax_compensation_amount": total("compensation"),
        "shipping_amount": shipping.row_total,
        "shipping_incl_tax": shipping.row_total_incl_tax,
        "shipping_tax_amount": shipping.tax,
        "shipping_discount_amount": shipping.discount,
        "shipping_discount_tax_compensation_amount": shipping.compensation,
    }
    amounts["grand_total"] = sum(
        (
            amounts["subtotal"],
            amounts["discount_amount"],
            amounts["tax_amount"],
            amounts["discount_tax_compensation_amount"],
            amounts["shipping_amount"],
            amounts["shipping_discount_tax_compensation_amount"],
            total("product_tax"),
            *extra.values(),
        )
    )
    return amounts


def item_json(item: Ordered, priced: PricedCart, rate: Decimal) -> dict:
    """Return the order item, without its ids and dates."""
    shown = {
        "amount_refunded": 0,
        "base_amount_refunded": 0,
        "base_discount_amount": 0,
        "base_discount_invoiced": 0,
        "base_price": 0,
        "base_row_invoiced": 0,
        "base_row_total": 0,
        "base_row_total_incl_tax": 0,
        "base_tax_amount": 0,
        "base_tax_invoiced": 0,
        "discount_amount": 0,
        "discount_invoiced": 0,
        "discount_percent": number(item.discount_percent),
        "free_shipping": 0,
        "is_qty_decimal": int(item.product.is_qty_decimal),
        "is_virtual": int(item.product.is_virtual),
        "name": item.product.name,
        "no_discount": 0,
        "original_price": 0,
        "price": 0,
        "product_id": item.product.id,
        "product_type": item.product_type,
        "qty_canceled": 0,
        "qty_invoiced": 0,
        "qty_ordered": number(item.quantity),
        "qty_refunded": 0,
        "qty_shipped": 0,
        "row_invoiced": 0,
        "row_total": 0,
        "row_total_incl_tax": 0,
        "row_weight": number(row_weight_of(item)),
        "sku": item.sku,
        "tax_amount": 0,
        "tax_invoiced": 0,
        "tax_percent": 0,
    }
    weight = weight_of(item)
    if weight is not None:
        shown["weight"] = number(weight)
    if item.option:
        shown["product_option"] = item.option
    if item.product.type_id == "bundle":
        shown["_dynamic"] = item.product.dynamic
        shown["_separately"] = item.product.separately
    if item.is_dynamic:
        del shown["tax_percent"]
    elif item.unit_price is not None:
        shown["tax_percent"] = number(percent_of(item.rates))
    if id(item) in priced.base.rows:
        _add_amounts(shown, item, "base_", priced.base.rows[id(item)], Decimal(1))
        _add_amounts(shown, item, "", priced.order.rows[id(item)], rate)
    return shown


def _add_amounts(
    shown: dict, item: Ordered, prefix: str, row: Priced, rate: Decimal
) -> None:
    original = row.price if item.is_dynamic else item.original_price * rate
    after_discount = row.row_total - row.discount
    with_tax = after_discount + row.tax + row.compensation + row.product_tax
    amounts = {
        "original_price": original,
        "price": row.price,
        "price_incl_tax": row.price_incl_tax,
        # The discount may have tax within, and the row has none
        "row_total": max(after_discount, ZERO),
        "row_total_incl_tax": max(with_tax, ZERO),
        "tax_amount": row.tax,
        "discount_amount": row.discount,
    }
    if not item.is_dynamic:
        amounts["discount_tax_compensation_amount"] = row.compensation
    for name, amount in amounts.items():
        shown[f"{prefix}{name}"] = number(amount)
    if row.discount or row.product_tax:
        shown[f"_{prefix}row_total"] = number(row.row_total)
        shown[f"_{prefix}row_total_incl_tax"] = number(row.row_total_incl_tax)
    if row.product_tax:
        add_product_tax(shown, item, prefix, row)


def order_amounts(priced: PricedCart) -> dict:
    """Return the order's totals in both currencies."""
    shown = {}
    for prefix, totals in (("base_", priced.base), ("", priced.order)):
        for name, amount in totals.amounts.items():
            if prefix and name == "shipping_discount_tax_compensation_amount":
                name = "shipping_discount_tax_compensation_amnt"
            shown[f"{prefix}{name}"] = number(amount)
        shown[f"{prefix}total_due"] = number(totals.amounts["grand_total"])
        shown[f"_{prefix}extra"] = number(sum(totals.extra.values(), ZERO))
    top = [item for item in priced.items if not item.parent]
    weights = ((weight_of(item) or ZERO) * item.quantity for item in top)
    shown["weight"] = number(sum(weights, ZERO))
    shown["total_qty_ordered"] = number(sum((item.quantity for item in top), ZERO))
    shown["total_item_count"] = sum(not item.children for item in priced.items)
    shown["is_virtual"] = int(all(item.product.is_virtual for item in top))
    return shown


def extra_json(priced: PricedCart) -> dict:
    """Return the extra totals as extension attributes, without a sign."""
    shown = {}
    for prefix, totals in (("base_", priced.base), ("", priced.order)):
        for name, amount in totals.extra.items():
            shown[f"{prefix}{name}"] = number(abs(decimal(amount)))
    return shown
