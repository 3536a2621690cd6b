"""What keeps a suggestion from being certain: rather none than a wrong one (4.94)."""

from dataclasses import replace
from datetime import timedelta

from matching_records import (
    CUSTOMERS,
    DAY,
    FIRST,
    IBAN,
    LINE,
    OF_JEAN,
    best,
    brief,
    item,
)

from tools.matching.matcher import Matcher
from tools.matching.rules import POINTS, Rules


def test_an_amount_that_others_have_needs_to_know_who_pays():
    subscriptions = [item(n, 2990, f"c{n}") for n in range(1, 40)]
    _ids, _kind, confidence, codes = best(2990, "INV/2026/00012", items=subscriptions)
    assert confidence == "likely"
    assert "amount_common" in codes
    of_jean = [*subscriptions, item(45, 2990, "jean")]
    found = best(2990, "INV/2026/00045", items=of_jean, name="Jean Dupont")
    assert found[:3] == ((45,), "exact", "certain")


def test_a_number_of_something_that_is_closed_is_a_doubt():
    _ids, _kind, confidence, codes = best(
        12000, "INV/2026/00007", iban=IBAN, items=[FIRST]
    )
    assert confidence == "likely"
    assert "names_unknown" in codes


def test_the_digits_of_a_number_name_no_other_journals_number():
    other = item(7, 5000, "jean", numbers=("AUTO/2026/00031",))
    items = [FIRST, other]
    assert best(12000, "INV 2026 00031", iban=IBAN, items=items)[2] == "certain"
    assert best(5000, "INV 2026 00031", name="Jean Dupont", items=items)[2] == "likely"
    # Of a journal of which nothing else is open
    items = [FIRST, item(8, 9900, numbers=("AUTO/2026/00008",))]
    assert best(12000, "AUTO 2026 00031", iban=IBAN, items=items)[2] == "likely"


def test_the_number_of_an_order_that_nothing_open_has_is_a_doubt():
    text = "acompte commande S00999"
    assert best(12000, text, iban=IBAN, items=[FIRST])[2] == "likely"
    assert best(12000, f"INV/2026/00031 {text}", items=[FIRST])[2] == "certain"


def test_two_swapped_digits_are_told_from_another_number():
    ids, _kind, confidence, codes = best(12000, "INV/2026/00013", iban=IBAN)
    assert (ids, confidence) == ((1,), "certain")
    assert "number_swapped" in codes
    assert "names_unknown" not in codes


def test_swapped_digits_that_are_another_ones_number_are_a_doubt():
    other = item(13, 12000, "jean")
    found = best(12000, "INV/2026/00013", items=[FIRST, other], iban=IBAN)
    assert found[2] != "certain"


def test_two_numbers_and_the_amount_of_one_are_a_doubt():
    _ids, _kind, confidence, codes = best(12000, "INV/2026/00031 INV/2026/00032")
    assert confidence == "likely"
    assert "names_another" in codes


def test_what_is_invoiced_after_it_was_paid_needs_its_number():
    later = replace(FIRST, date=DAY + timedelta(days=2), due=DAY + timedelta(days=3))
    _ids, _kind, confidence, codes = best(12000, items=[later], iban=IBAN)
    assert confidence == "likely"
    assert "later" in codes
    assert best(12000, "S00142", items=[later], iban=IBAN)[2] == "certain"


def test_two_that_fit_alike_are_both_likely():
    twins = [item(1, 4000), item(2, 4000)]
    assert best(4000, items=twins, iban=IBAN)[2] == "likely"


def test_no_item_is_certain_twice():
    first = replace(LINE, id="a", text="INV/2026/00031", date=DAY)
    again = replace(first, id="b", date=DAY + timedelta(days=3), iban=IBAN)
    for lines in ([first, again], [again, first]):
        found = Matcher([FIRST], CUSTOMERS).match(lines)
        assert found["a"][0].is_certain
        assert not found["b"][0].is_certain
        assert found["b"][0].reasons[-1].code == "also_for"
        assert found["b"][0].reasons[-1].data == {"line": "a"}


def test_whoever_names_it_comes_before_who_does_not():
    unnamed = replace(LINE, id="a", iban=IBAN, date=DAY)
    named = replace(LINE, id="b", text="INV/2026/00031", date=DAY + timedelta(days=1))
    found = Matcher([FIRST], CUSTOMERS).match([unnamed, named])
    assert [found[each][0].is_certain for each in "ab"] == [False, True]


def test_a_payment_that_is_in_doubt_still_comes_before_the_second_one():
    doubtful = replace(LINE, id="a", text="INV/2026/00045", amount=7700, iban=IBAN)
    again = replace(doubtful, id="b", iban="", date=DAY + timedelta(days=1))
    found = Matcher([OF_JEAN], CUSTOMERS).match([doubtful, again])
    assert [found[each][0].is_certain for each in "ab"] == [False, False]


def test_at_most_three_are_suggested_the_best_first():
    items = [item(n, 4000, due=DAY + timedelta(days=n)) for n in range(1, 9)]
    found = Matcher(items, CUSTOMERS).match([replace(LINE, amount=4000, iban=IBAN)])
    assert [brief(each)[0] for each in found["line"]] == [(1,), (2,), (3,)]


def test_other_rules_may_be_given():
    strict = Rules(points={**POINTS, "number": 20})
    assert best(12000, "INV/2026/00031", more={"rules": strict})[2] == "likely"
    assert (
        best(
            11000,
            "INV/2026/00031",
            more={"rules": Rules(charges_share=100, charges_most=2000)},
        )[1]
        == "charges"
    )
