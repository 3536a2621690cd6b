"""Taxes and discounts of one order in one currency, as Magento calculates them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_DOWN, Decimal

from .amounts import HUNDRED_PERCENT, ZERO, DeltaRounder, cents
from .shop import TaxRate

_SHARE = _SHOWN = Decimal("0.0001")
_ONE = Decimal(1)


@dataclass(frozen=True)
class Wanted:
    """One row to price.

    :param unit_price: with or without tax, as the store's prices are
    :param discount: a fixed discount on the row
    :param product_tax: the fixed product tax of one, without tax
    """

    unit_price: Decimal
    quantity: Decimal
    rates: tuple[TaxRate, ...] = ()
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO
    product_tax: Decimal = ZERO


@dataclass
class Priced:
    """One row with its amounts.

    :param row_total: without tax, and without the discount taken off
    :param row_total_incl_tax: with the tax as it is without the discount
    :param tax: after the discount
    :param compensation: the tax within the discount, where prices include tax
    :param shares: rate → its part of the tax
    :param product_tax: the fixed product taxes, which are in no other amount
    :param product_tax_tax: the tax on them
    :param product_tax_shares: rate → its part of that
    """

    price: Decimal = ZERO
    price_incl_tax: Decimal = ZERO
    row_total: Decimal = ZERO
    row_total_incl_tax: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    compensation: Decimal = ZERO
    shares: dict[TaxRate, Decimal] = field(default_factory=dict)
    product_tax: Decimal = ZERO
    product_tax_tax: Decimal = ZERO
    product_tax_shares: dict[TaxRate, Decimal] = field(default_factory=dict)


class Calculator:
    """Prices the rows of one order one after the other.

    :param rounding: ``total`` carries what rounding cuts off from row to row of the
        same rates, ``row`` rounds each row, ``unit`` the tax of each piece
    :param tax_before_discount: a discount does not lower the tax
    :param product_tax_is_taxed: there is tax on fixed product taxes
    """

    def __init__(
        self,
        rounding: str,
        prices_include_tax: bool,
        tax_before_discount: bool = False,
        product_tax_is_taxed: bool = True,
    ):
        self._rounding = rounding
        self._included = prices_include_tax
        self._tax_before_discount = tax_before_discount
        self._product_tax_is_taxed = product_tax_is_taxed
        self._round_tax = DeltaRounder()
        self._round_discount = DeltaRounder()

    def row(self, wanted: Wanted) -> Priced:
        """Return the amounts of the next row."""
        made = self._with_tax_included if self._included else self._without_tax_included
        priced = made(wanted)
        priced.shares = _shares(wanted.rates, priced.tax)
        self._add_product_tax(priced, wanted)
        return priced

    def _add_product_tax(self, priced: Priced, wanted: Wanted) -> None:
        each = cents(wanted.product_tax)
        priced.product_tax = each * wanted.quantity
        if self._product_tax_is_taxed:
            tax = cents(each * _effective(wanted.rates))
            priced.product_tax_tax = tax * wanted.quantity
            shares = _shares(wanted.rates, priced.product_tax_tax)
            priced.product_tax_shares = shares

    def _without_tax_included(self, wanted: Wanted) -> Priced:
        price = cents(wanted.unit_price)
        total = cents(price * wanted.quantity)
        discount = self._discount(wanted, total)
        before = self._tax(wanted, total, "before discount")
        tax = before
        if not self._tax_before_discount:
            tax = self._tax(wanted, max(total - discount, ZERO), "after discount")
        return Priced(
            price=price,
            price_incl_tax=cents((total + before) / wanted.quantity),
            row_total=total,
            row_total_incl_tax=total + before,
            discount=discount,
            tax=tax,
        )

    def _with_tax_included(self, wanted: Wanted) -> Priced:
        price_incl_tax = cents(wanted.unit_price)
        total_incl_tax = cents(price_incl_tax * wanted.quantity)
        discount = self._discount(wanted, total_incl_tax)
        before = self._tax(wanted, total_incl_tax, "before discount")
        taxable = max(total_incl_tax - discount, ZERO)
        tax = before
        if discount and not self._tax_before_discount:
            tax = self._tax(wanted, taxable, "after discount")
        total = total_incl_tax - before
        return Priced(
            price=cents(total / wanted.quantity),
            price_incl_tax=price_incl_tax,
            row_total=total,
            row_total_incl_tax=total_incl_tax,
            discount=discount,
            tax=tax,
            compensation=before - tax,
        )

    def _discount(self, wanted: Wanted, total: Decimal) -> Decimal:
        percent = wanted.discount_percent
        part = self._round_discount(total * percent / HUNDRED_PERCENT, percent)
        return min(part + cents(wanted.discount), total)

    def _tax(self, wanted: Wanted, taxable: Decimal, key: str) -> Decimal:
        if not wanted.rates:
            return ZERO
        effective = _effective(wanted.rates)

        def exact(amount: Decimal) -> Decimal:
            whole = _ONE + effective if self._included else _ONE
            return amount * effective / whole

        if self._rounding == "unit":
            piece = cents(exact(taxable / wanted.quantity))
            return cents(piece * wanted.quantity)
        if self._rounding == "row":
            return cents(exact(taxable))
        codes = tuple(rate.code for rate in wanted.rates)
        return self._round_tax(exact(taxable), (codes, key))


def _shares(rates: tuple[TaxRate, ...], tax: Decimal) -> dict[TaxRate, Decimal]:
    """Return how much of the tax each of the rates makes, which add up to it."""
    parts = _parts(rates)
    whole = sum(parts.values())
    if not whole:
        return {}
    shares = {rate: (tax * parts[rate] / whole).quantize(_SHARE) for rate in rates}
    shares[rates[-1]] += tax - sum(shares.values())
    return shares


def _parts(rates: Iterable[TaxRate]) -> dict[TaxRate, Decimal]:
    """Return how much each rate takes of a price of one, the lower priorities first."""
    parts: dict[TaxRate, Decimal] = {}
    for rate in sorted(rates, key=lambda rate: rate.priority):
        lower = (part for done, part in parts.items() if done.priority < rate.priority)
        parts[rate] = (_ONE + sum(lower)) * rate.percent / HUNDRED_PERCENT
    return parts


def percents_shown(rates: Iterable[TaxRate]) -> dict[TaxRate, Decimal]:
    """Return the percentages that an order shows: what each takes of the net price.

    Of a rate on top of another one that is more than its own percentage.
    """
    return {
        rate: (part * HUNDRED_PERCENT).quantize(_SHOWN, ROUND_HALF_DOWN).normalize()
        for rate, part in _parts(rates).items()
    }


def _effective(rates: tuple[TaxRate, ...]) -> Decimal:
    """Return how much all rates take of a price of one."""
    return sum(_parts(rates).values(), ZERO)


def percent_of(rates: tuple[TaxRate, ...]) -> Decimal:
    """Return how much all rates take of a price, in percent."""
    return sum(percents_shown(rates).values(), ZERO)
