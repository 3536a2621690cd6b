"""Taxes and discounts of one order in one currency, as Magento calculates them."""

from dataclasses import dataclass, field
from decimal import Decimal

from .amounts import HUNDRED_PERCENT, ZERO, DeltaRounder, cents
from .shop import TaxRate

_SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class Wanted:
    """One row to price.

    :param unit_price: with or without tax, as the store's prices are
    :param discount: a fixed discount on the row
    """

    unit_price: Decimal
    quantity: Decimal
    rates: tuple[TaxRate, ...] = ()
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass
class Priced:
    """One row with its amounts.

    :param row_total: without tax, and without the discount taken off
    :param row_total_incl_tax: with the tax as it is without the discount
    :param tax: after the discount
    :param compensation: the tax within the discount, where prices include tax
    :param shares: rate → its part of the tax
    """

    price: Decimal = ZERO
    price_incl_tax: Decimal = ZERO
    row_total: Decimal = ZERO
    row_total_incl_tax: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    compensation: Decimal = ZERO
    shares: dict[TaxRate, Decimal] = field(default_factory=dict)


class Calculator:
    """Prices the rows of one order one after the other.

    :param rounding: ``total`` carries what rounding cuts off from row to row of the
        same rates, ``row`` rounds each row, ``unit`` the tax of each piece
    """

    def __init__(self, rounding: str, prices_include_tax: bool):
        self._rounding = rounding
        self._included = prices_include_tax
        self._round_tax = DeltaRounder()
        self._round_discount = DeltaRounder()

    def row(self, wanted: Wanted) -> Priced:
        """Return the amounts of the next row."""
        made = self._with_tax_included if self._included else self._without_tax_included
        priced = made(wanted)
        priced.shares = _shares(wanted.rates, priced.tax)
        return priced

    def _without_tax_included(self, wanted: Wanted) -> Priced:
        price = cents(wanted.unit_price)
        total = cents(price * wanted.quantity)
        discount = self._discount(wanted, total)
        before = self._tax(wanted, total, "before discount")
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
        tax = self._tax(wanted, taxable, "after discount") if discount else before
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
        percent = sum(rate.percent for rate in wanted.rates)

        def exact(amount: Decimal) -> Decimal:
            whole = HUNDRED_PERCENT + percent if self._included else HUNDRED_PERCENT
            return amount * percent / whole

        if self._rounding == "unit":
            piece = cents(exact(taxable / wanted.quantity))
            return cents(piece * wanted.quantity)
        if self._rounding == "row":
            return cents(exact(taxable))
        codes = tuple(rate.code for rate in wanted.rates)
        return self._round_tax(exact(taxable), (codes, key))


def _shares(rates: tuple[TaxRate, ...], tax: Decimal) -> dict[TaxRate, Decimal]:
    """Return how much of the tax each of the rates makes, which add up to it."""
    percent = sum(rate.percent for rate in rates)
    if not percent:
        return {}
    shares = {rate: (tax * rate.percent / percent).quantize(_SHARE) for rate in rates}
    shares[rates[-1]] += tax - sum(shares.values())
    return shares
