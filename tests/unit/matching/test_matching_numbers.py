"""Numbers in any spelling, and what is none (4.39)."""

import pytest
from matching_records import best, brief, item, match

from tools.matching import numbers

SPELLINGS = [
    "INV/2026/00031",
    "inv 2026 00031",
    "INV-2026-31",
    "INV202600031",
    "INV20260031",
    "inv2026031",
    "Inv2026/31",
    "2026/00031",
    "202600031",
    "Facture 2026/00031",
    "Rechnung Nr.2026-00031 vom 05.10.2026",
    "facture n°INV/2026/00031 du 05/10/2026",
    "INV/2026/0 0031",
    "/ROC/INV.2026.00031//",
    "ＩＮＶ／２０２６／０００３１",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_number_is_found_in_any_spelling(text):
    ids, kind, confidence, codes = best(12000, text)
    assert (ids, kind, confidence) == ((1,), "exact", "certain")
    assert "number" in codes


@pytest.mark.parametrize(
    "text", ["S00142", "s 00142", "000000723", "Commande 000000723"]
)
def test_numbers_of_orders_and_of_the_shop_are_found(text):
    ids, _kind, confidence, codes = best(12000, text, name="Boulangerie Noel")
    assert (ids, confidence) == ((1,), "certain")
    assert "order" in codes
    assert best(12000, text)[2] == "likely"  # nobody says who pays


@pytest.mark.parametrize(
    "text",
    ["00031", "INV 31", "FAC-X/2026/00031", "BILL2026/00031", "F2026-00031"],
)
def test_a_part_of_a_number_is_less(text):
    ids, _kind, confidence, codes = best(12000, text)
    assert (ids, confidence) == ((1,), "likely")
    assert "number_short" in codes


@pytest.mark.parametrize(
    "text",
    [
        "31",
        "2026",
        "RINV/2026/32",
        "2026-31",
        "le 31.10.2026",
        "INV/2026/000312",
        "INV/2025/00031",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
    ],
)
def test_what_is_no_number_of_ours_names_nothing(text):
    assert not best(999, text)


@pytest.mark.parametrize("text", ["2026-10-12", "20261012", "12.10.2026", "12/10/2026"])
def test_days_are_no_numbers(text):
    of_day = item(1012, 999, numbers=("INV/2026/1012", "INV/2026/10/12"))
    assert not best(500, text, items=[of_day])


def test_a_month_in_the_number_is_no_day():
    monthly = item(31, 999, numbers=("INV/2026/10/0031",))
    assert best(999, "INV/2026/10/0031", items=[monthly])[2] == "certain"
    assert best(999, "2026/10/0031", items=[monthly])[2] == "certain"


def test_what_is_written_of_too_many_says_nothing():
    many = [item(n, 1000 + n, f"c{n}", orders=("CONTRACT 4711",)) for n in range(26)]
    assert "order" in best(1003, "CONTRACT 4711", items=many[:25])[3]
    assert "order" not in best(1003, "CONTRACT 4711", items=many)[3]


def test_the_same_last_number_of_two_years_is_told_apart():
    items = [item(31, 12000), item(1031, 5000, numbers=("INV/2025/00031",))]
    found = match(5000, "INV/2025/00031", items=items)
    assert [brief(each)[:3] for each in found] == [((1031,), "exact", "certain")]
    both = match(12000, "00031", items=items)
    assert [brief(each)[0] for each in both] == [(31,)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("INV/2026/00013", "INV/2026/00031", True),
        ("INV/2026/00031", "INV/2026/00031", False),
        ("INV/2026/00032", "INV/2026/00031", False),
        ("INV/2026/0031", "INV/2026/00031", False),
        ("INV/2026/10003", "INV/2026/30001", False),
    ],
)
def test_two_digits_that_changed_places(one, other, expected):
    assert numbers.is_swapped(one, other) is expected


def test_the_end_of_another_number_is_no_number():
    _ids, _kind, confidence, codes = best(12000, "INV/2025/00031")
    assert (confidence, "number_short" in codes) == ("weak", False)


def test_words_apart_are_not_put_together():
    assert len(list(numbers.written_in("ab 123 " * 60))) <= 5 * 60
