"""A made-up month of which it is known what each line pays (issue: 4.38-4.40)."""

import pytest

from benchmarks.banking import _month, _quality
from tools.matching.matcher import Matcher
from tools.matching.records import Item, Line, Payer


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_certain_and_wrong(seed):
    month = _month.make(600, 2_000, seed)
    counts = _quality.measure(month.payments, suggest(month))
    assert counts["certain_wrong"] == 0
    assert counts["certain"] >= 0.75 * len(month.payments)
    assert counts["likely_right"] >= 0.9 * counts["rest"]


def test_a_month_has_every_kind():
    month = _month.make(600, 2_000)
    assert {payment.kind for payment in month.payments} == {*_month.KINDS, "payout"}


def suggest(month):
    matcher = Matcher(
        [as_item(invoice) for invoice in month.invoices],
        [
            Payer(each.id, each.name, (each.iban,) if each.is_known else ())
            for each in month.customers
        ],
        providers=[Payer(_month.PROVIDER, _month.PROVIDER_NAME)],
    )
    found = matcher.match([as_line(payment) for payment in month.payments])
    return {
        line: [
            (frozenset(part.item for part in each.parts), each.is_certain)
            for each in suggestions
        ]
        for line, suggestions in found.items()
    }


def as_item(invoice):
    return Item(
        id=invoice.id,
        customer=invoice.customer.id,
        currency=_month.CURRENCY,
        amount=invoice.amount,
        date=invoice.date,
        due=invoice.due,
        numbers=(invoice.number,),
        reference=invoice.reference,
        orders=tuple(filter(None, (invoice.order, invoice.shop))),
        discounted=invoice.discounted,
        discount_until=invoice.discount_until,
        provider=invoice.provider,
    )


def as_line(payment):
    return Line(
        id=payment.id,
        currency=_month.CURRENCY,
        amount=payment.amount,
        date=payment.date,
        text=payment.text,
        name=payment.name,
        iban=payment.iban,
    )
