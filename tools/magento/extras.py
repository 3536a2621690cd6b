"""Totals that an extension of the shop adds: gift cards, store credit, fees."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from .money_fields import MoneyField, find_listed_money, find_money
from .taxes import LineTax, OrderTaxes, percent_of

# More candidates than this are no longer tried out: 3 to the power of them
MAX_CANDIDATES = 8
ZERO, CENT, HUNDRED = Decimal(0), Decimal("0.01"), Decimal(100)


@dataclass(frozen=True)
class Extra:
    """One extra total; negative if it lowers what the customer pays.

    `name` is the field in Magento, such as "gift_cards_amount"; `amount` is without
    `tax`.
    """

    name: str
    amount: Decimal
    tax: Decimal = ZERO
    taxes: tuple[LineTax, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.amount + self.tax


def explain_residual(
    raw: dict,
    residual: Decimal,
    tax: Decimal,
    taxes: OrderTaxes,
    discount: Decimal = ZERO,
) -> tuple[Extra, ...]:
    """Return the extra totals that add up to what lines and shipping do not explain.

    An extension names its total as it likes and gives it either sign, with its tax or
    without, so the ones are taken, with the signs, that make up the residual exactly;
    none if none do, or if the tax that is left is not theirs.

    :param residual: what of the order's total is no line and no delivery
    :param tax: what of its taxes is not theirs either
    :param discount: what of its discount neither an item nor the delivery shares
    """
    if abs(residual) < CENT and abs(tax) < CENT:
        return ()
    if discount > 0 and abs(residual + discount) < CENT and abs(tax) < CENT:
        return (Extra("discount_amount", -discount),)
    for choice in _choices(find_money(raw)[:MAX_CANDIDATES]):
        if extras := _explain(choice, residual, tax, taxes):
            return extras
    return _explain_listed(
        find_listed_money(raw)[:MAX_CANDIDATES], residual, tax, taxes
    )


def _choices(fields: list[MoneyField]) -> Iterable[list[MoneyField]]:
    """Return which of the fields may add up, the fewest and most natural ones first.

    One alone may have the other sign than such a total usually has.
    """
    signs = [(0, -1, 1) if field.lowers else (0, 1, -1) for field in fields]
    choices = []
    for chosen in product(*signs):
        odd = sum(
            bool(sign) and (sign < 0) != field.lowers
            for sign, field in zip(chosen, fields, strict=True)
        )
        size = sum(map(abs, chosen))
        if size and (not odd or size == 1):
            choices.append((odd, size, chosen))
    choices.sort(key=lambda choice: choice[:2])
    for _odd, _size, chosen in choices:
        yield [
            replace(field, amount=sign * abs(field.amount))
            for sign, field in zip(chosen, fields, strict=True)
            if sign
        ]


def _explain(
    choice: list[MoneyField], residual: Decimal, tax: Decimal, taxes: OrderTaxes
) -> tuple[Extra, ...]:
    """Return the extras of fields that add up with the tax or without it, else none."""
    total = sum(field.amount for field in choice)
    if abs(tax) < CENT:
        is_all = abs(total - residual) < CENT
        return tuple(Extra(f.name, f.amount) for f in choice) if is_all else ()
    for has_tax_within in (False, True):
        if abs(total + (ZERO if has_tax_within else tax) - residual) < CENT:
            return _share_tax(choice, tax, has_tax_within, taxes)
    return ()


def _share_tax(
    choice: list[MoneyField], tax: Decimal, has_tax_within: bool, taxes: OrderTaxes
) -> tuple[Extra, ...]:
    """Give each its part of the tax, by the order's rates; none where none fits.

    :param has_tax_within: the amounts have their tax within
    """
    for parts in _tax_parts(choice, tax, has_tax_within, taxes):
        extras = [
            _with_tax(field, part, has_tax_within, taxes)
            for field, part in zip(choice, parts, strict=True)
        ]
        if all(extra.amount * extra.tax >= 0 for extra in extras):
            return tuple(extras)
    return ()


def _tax_parts(choice, tax, has_tax_within, taxes) -> Iterable[list[Decimal]]:
    """Yield what the tax of each may be: its own, all of one's, or by one rate."""
    own = [field.tax for field in choice]
    if any(own) and abs(sum(own) - tax) < CENT:
        yield own
    raised = [field for field in choice if not field.lowers] or choice
    within = tax if has_tax_within else ZERO
    bearers = [f for f in raised if _find_rate(f.amount - within, tax, taxes)]
    if len(raised) == 1:
        bearers = raised
    if len(bearers) == 1:
        yield [tax if field is bearers[0] else ZERO for field in choice]
    net = sum(field.amount for field in raised) - within
    if not bearers and net and _find_rate(net, tax, taxes):
        parts = [
            (field.amount * tax / (net + within)).quantize(CENT)
            if field in raised
            else ZERO
            for field in choice
        ]
        parts[choice.index(raised[-1])] += tax - sum(parts)
        yield parts


def _with_tax(
    field: MoneyField, tax: Decimal, has_tax_within: bool, taxes: OrderTaxes
) -> Extra:
    if not tax:
        return Extra(field.name, field.amount)
    net = field.amount - tax if has_tax_within else field.amount
    rate = _find_rate(net, tax, taxes) or LineTax("", percent_of(net, tax), tax)
    return Extra(field.name, net, tax, (rate,))


def _find_rate(net: Decimal, tax: Decimal, taxes: OrderTaxes) -> LineTax | None:
    """Return a rate of the order that a tax is of, None if there is none."""
    for rate in taxes.rates:
        if abs(net * rate.percent / HUNDRED - tax) <= CENT:
            return LineTax(rate.code, rate.percent, tax)
    return None


def _explain_listed(
    listed: list[MoneyField], residual: Decimal, tax: Decimal, taxes: OrderTaxes
) -> tuple[Extra, ...]:
    """Return what is listed with its own tax, if all of it is the residual.

    What lowers the total, such as gift cards, may be listed without a sign.
    """
    lowered = [replace(f, amount=-f.amount, tax=-f.tax) for f in listed]
    for fields in filter(None, (listed, lowered)):
        own_tax = sum((field.tax for field in fields), ZERO)
        total = sum((field.amount for field in fields), ZERO) + own_tax
        if abs(total - residual) < CENT and abs(own_tax - tax) < CENT:
            return tuple(_with_tax(field, field.tax, False, taxes) for field in fields)
    return ()
