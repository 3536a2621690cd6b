"""What a payment provider pays out: many customers' payments, less his fees (4.38)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from matching_records import CUSTOMERS, DAY, LINE, best, item

from tools.matching.matcher import Matcher
from tools.matching.records import Payer

IBAN = "IE29AIBK93115212345678"
PROVIDERS = (Payer("stripe", "Stripe", (IBAN,)),)
START = DAY - timedelta(days=6)
# Two a day, for six days
PAID = [
    item(
        n,
        3000 + 17 * n,
        f"c{n}",
        provider="stripe",
        date=START + timedelta(days=n // 2),
    )
    for n in range(12)
]
WEEK = sum(each.amount for each in PAID[:6])


def payouts(*lines, items=PAID):
    matcher = Matcher(items, CUSTOMERS, providers=PROVIDERS)
    lines = [replace(LINE, id=n, **values) for n, values in enumerate(lines)]
    found = matcher.match(lines)
    return [found[line.id] for line in lines]


@pytest.mark.parametrize(
    "who",
    [{"iban": IBAN}, {"name": "STRIPE PAYMENTS EUROPE"}, {"text": "VIR STRIPE 8137"}],
)
def test_the_oldest_payments_add_up_to_the_line_and_a_fee(who):
    [[found]] = payouts({"amount": WEEK - 480, **who})
    assert {part.item for part in found.parts} == {0, 1, 2, 3, 4, 5}
    assert (found.kind, found.confidence, found.difference) == (
        "payout",
        "likely",
        -480,
    )
    assert found.reasons[0].data["fee"] == 480


def test_without_a_fee_it_is_certain():
    [[found]] = payouts({"amount": WEEK, "iban": IBAN})
    assert found.confidence == "certain"


def test_the_next_one_goes_on_where_the_last_one_ended():
    rest = sum(each.amount for each in PAID[6:])
    later = {"amount": rest - 500, "iban": IBAN, "date": DAY + timedelta(days=1)}
    [[second], [first]] = payouts(later, {"amount": WEEK - 480, "iban": IBAN})
    assert {part.item for part in first.parts} == set(range(6))
    assert {part.item for part in second.parts} == set(range(6, 12))


@pytest.mark.parametrize("amount", [WEEK + 1, WEEK - 2000, 1, -WEEK])
def test_what_does_not_add_up_is_left_alone(amount):
    assert payouts({"amount": amount, "iban": IBAN}) == [[]]


def test_refunds_of_the_provider_are_taken_off():
    back = item(99, -1000, "c1", provider="stripe", date=START)
    [[found]] = payouts({"amount": WEEK - 1400, "iban": IBAN}, items=[*PAID, back])
    assert 99 in {part.item for part in found.parts}


def test_what_came_after_is_not_paid_out():
    early = {"amount": WEEK, "iban": IBAN, "date": START + timedelta(days=1)}
    assert payouts(early) == [[]]


def test_two_ways_to_add_up_are_both_weak():
    small = [replace(each, amount=10) for each in PAID[2:]]
    [found] = payouts({"amount": 6000, "iban": IBAN}, items=[*PAID[:2], *small])
    assert {each.confidence for each in found} == {"weak"}


def test_a_provider_may_also_be_a_customer():
    own = item(77, 4242, "stripe")
    found = best(
        4242,
        "INV/2026/00077",
        items=[*PAID, own],
        iban=IBAN,
        more={"providers": PROVIDERS},
    )
    assert found[:3] == ((77,), "exact", "certain")


def test_a_payout_ends_with_a_day():
    assert payouts({"amount": WEEK - PAID[5].amount, "iban": IBAN}) == [[]]


def test_what_is_paid_out_for_certain_is_certain_for_nothing_else():
    named = {"amount": PAID[3].amount, "text": "INV/2026/00003", "date": DAY}
    [payout], [other, *_] = payouts({"amount": WEEK, "iban": IBAN, "date": DAY}, named)
    assert [payout.confidence, other.confidence].count("certain") == 1
