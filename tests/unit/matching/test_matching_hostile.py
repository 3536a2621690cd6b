"""Texts that somebody made to hurt, and more of everything than there ever is."""

from dataclasses import replace

import pytest
from matching_records import CUSTOMERS, ITEMS, LINE, best, item, match

from tools.matching import customers, numbers, references
from tools.matching.matcher import Matcher
from tools.matching.records import Payer

MILLION = 1_000_000
TEXTS = [
    "\0" * MILLION,
    "1" * MILLION,
    "1 " * MILLION,
    "INV/2026/" * MILLION,
    "RF18 " * MILLION,
    "+++" * MILLION,
    ". r o" * MILLION,
    "2026-10-" * MILLION,
    " " * MILLION,
    "ﷺ" * MILLION,
    "\ud800" * MILLION,
    "١٢٣" * MILLION,
    "<script>" * MILLION,
    "'; DROP TABLE res_partner; --",
    "%s %(x)d {0}",
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:10]))
def test_no_text_is_too_much(text):
    line = {"text": text, "name": text, "iban": text, "reference": text}
    assert not match(999, **line)
    strange = item(9, 999, numbers=(text,), reference=text, orders=(text,))
    payers = [*CUSTOMERS, Payer("bakery", text, (text,))]
    found = match(999, items=[strange], customers=payers, **line)
    assert all(each.parts[0].item == 9 for each in found)
    assert len(repr(found)) < 5_000


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:10]))
def test_what_is_looked_at_is_bounded(text):
    assert len(numbers.fold(text)) <= 2_000
    assert len(customers.words(text)) <= 40
    assert len(customers.counterparty_key(text, "")) <= 140
    assert len(list(numbers.written_in(text))) <= 4_000
    assert len(references.written_in(text)) <= 1_000
    assert len(numbers.keys(text)) <= 8


def test_hundreds_of_numbers_are_read():
    items = [item(n, 100 + n) for n in range(60)]
    text = " ".join(f"INV/2026/{n:05}" for n in range(60))
    [first, *_] = match(sum(100 + n for n in range(60)), text, items=items)
    assert (first.kind, len(first.parts)) == ("sum_named", 60)


def test_nothing_pays_nothing():
    assert not match(0, "INV/2026/00031", items=[*ITEMS, item(9, 0)], customer="bakery")
    assert not match(1, "INV/2026/00009", items=[item(9, 0)], customer="bakery")
    note = item(8, -12000, numbers=("RINV/2026/00008",))
    assert not match(0, "INV/2026/00031 RINV/2026/00008", items=[*ITEMS, note])


def test_huge_amounts_are_only_numbers():
    huge = 10**30
    assert best(huge, "INV/2026/00001", items=[item(1, huge)])[2] == "certain"


@pytest.mark.parametrize("number", ["", " ", "/", "A", "0", "000", "\0", "N° "])
def test_an_item_may_have_a_number_that_says_nothing(number):
    assert best(12000, "", items=[replace(ITEMS[0], numbers=(number,))])[2] == "weak"


def test_work_grows_with_what_there_is_and_not_faster(monkeypatch):
    """One customer has everything: each line looks at few of his items."""
    items = [item(n, 1000 + n % 7) for n in range(3_000)]
    lines = [
        replace(LINE, id=n, amount=999, name="Boulangerie Noël") for n in range(50)
    ]
    looked = []
    monkeypatch.setattr(
        "tools.matching.amounts.explain",
        lambda line, item, rules: looked.append(item),
    )
    Matcher(items, CUSTOMERS).match(lines)
    assert len(looked) <= 50 * 100
