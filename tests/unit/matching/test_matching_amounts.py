"""How an amount is explained, and what is not explained (4.39)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from matching_records import DAY, FIRST, IBAN, ITEMS, OF_JEAN, best, item, match

from tools.matching import sums
from tools.matching.records import Part

NUMBER = "INV/2026/00031"


def test_a_part_is_never_more_than_likely():
    [first, *_] = match(6000, NUMBER, name="Boulangerie Noel", iban=IBAN)
    assert (first.kind, first.confidence) == ("partial", "likely")
    assert first.parts == (Part(1, 6000),)
    assert first.difference == 0


@pytest.mark.parametrize(
    ("amount", "kind"),
    [(11760, "charges"), (11759, "partial"), (11999, "charges"), (12001, "overpaid")],
)
def test_charges_are_two_per_cent_at_most(amount, kind):
    [first, *_] = match(amount, NUMBER)
    assert (first.kind, first.confidence) == (kind, "likely")
    assert first.difference == (0 if kind == "partial" else amount - 12000)


def test_charges_are_five_at_most():
    big = [item(1, 1_000_000)]
    assert best(999_500, "INV/2026/00001", items=big)[1] == "charges"
    assert best(999_499, "INV/2026/00001", items=big)[1] == "partial"


def test_what_is_paid_too_much_is_left():
    [first, *_] = match(13000, NUMBER)
    assert (first.kind, first.difference) == ("overpaid", 1000)
    assert first.parts == (Part(1, 12000),)
    assert first.confidence != "certain"


def test_a_discount_for_early_payment_is_certain_in_its_time():
    early = replace(FIRST, discounted=11700, discount_until=DAY)
    [first, *_] = match(11700, NUMBER, items=[early])
    assert (first.kind, first.difference) == ("discount", -300)
    assert first.confidence == "certain"
    late = replace(early, discount_until=DAY - timedelta(days=1))
    [first, *_] = match(11700, NUMBER, items=[late])
    assert (first.kind, first.confidence) == ("discount_late", "likely")


def test_several_that_are_named_add_up():
    text = "INV/2026/00031 et 00032"
    [first, *_] = match(17050, text)
    assert (first.kind, first.confidence) == ("sum_named", "certain")
    assert {part.item for part in first.parts} == {1, 2}
    assert match(17051, text)[0].confidence != "certain"


def test_several_with_a_credit_note_add_up():
    note = item(9, -2000, numbers=("RINV/2026/00009",))
    [first, *_] = match(10000, f"{NUMBER} - RINV/2026/00009", items=[*ITEMS, note])
    assert (first.kind, first.confidence) == ("sum_named", "certain")


def test_several_with_a_discount_each_add_up():
    early = [
        replace(one, discounted=one.amount - 100, discount_until=DAY)
        for one in (FIRST, item(32, 5000))
    ]
    [first, *_] = match(16800, "INV/2026/00031 INV/2026/00032", items=early)
    assert (first.kind, first.difference, first.confidence) == (
        "sum_named",
        -200,
        "certain",
    )
    [first, *_] = match(16900, "INV/2026/00031 INV/2026/00032", items=early)
    assert (first.kind, first.difference) == ("sum_named", -100)


def test_several_of_different_customers_add_up_if_all_are_named():
    [first, *_] = match(19700, "INV/2026/00031 INV/2026/00045")
    assert {part.item for part in first.parts} == {1, 3}
    assert not best(19700, "merci")


def test_everything_of_who_pays_is_likely():
    ids, kind, confidence, _codes = best(17050, "factures", iban=IBAN)
    assert (set(ids), kind, confidence) == ({1, 2}, "balance", "likely")


def test_the_oldest_or_the_only_sum_of_who_pays_is_likely():
    items = [
        item(n, amount, due=DAY + timedelta(days=n))
        for n, amount in enumerate((1000, 2100, 4300, 8700), start=1)
    ]
    assert best(3100, items=items, iban=IBAN)[:3] == ((1, 2), "sum", "likely")
    assert best(9700, items=items, iban=IBAN)[:3] == ((1, 4), "sum", "likely")
    assert not best(9701, items=items, iban=IBAN)


def test_a_sum_that_is_not_the_only_one_is_none():
    items = [item(n, 1000, due=DAY + timedelta(days=n)) for n in range(1, 6)]
    assert sums.the_only_subset(items, 2000) == ()
    assert len(sums.the_only_subset([*items, item(9, 777)], 5777)) == 6
    assert sums.the_only_subset([item(1, 500), item(2, 700)], 500) == ()


def test_a_sum_looks_at_few_items():
    many = [item(n, 1 << n) for n in range(40)]
    assert sums.the_only_subset(many, 0b11 << 20) == ()
    assert len(sums.the_only_subset(many, (1 << 18) - 1)) == 18


def test_an_amount_alone_is_weak_and_of_many_nothing():
    assert best(7700, "merci")[:3] == ((3,), "exact", "weak")
    several = [item(n, 7700, f"c{n}") for n in range(4)]
    assert not best(7700, "merci", items=several)
    assert [s.confidence for s in match(7700, items=several[:3])] == ["weak"] * 3


def test_nothing_else_of_who_pays_is_proposed():
    assert not best(3333, "merci", iban=IBAN)
    assert best(3333, "merci", iban=IBAN, items=[FIRST])[:3] == (
        (1,),
        "partial",
        "weak",
    )
    assert not best(99999, name="Boulangerie Noel")


def test_other_currencies_are_others():
    assert not best(12000, NUMBER, currency="USD")


def test_money_that_goes_out_pays_credit_notes_alone():
    note = item(9, -12000, numbers=("RINV/2026/00009",))
    items = [*ITEMS, note]
    assert best(-12000, "RINV/2026/00009", items=items)[:3] == (
        (9,),
        "exact",
        "certain",
    )
    assert not best(-12000, NUMBER)
    assert not best(0, NUMBER)


def test_instalments_of_one_invoice_are_paid_from_the_oldest():
    halves = [
        replace(FIRST, id=n, amount=6000, due=DAY + timedelta(days=n)) for n in (8, 4)
    ]
    assert best(6000, NUMBER, items=halves)[:3] == ((4,), "exact", "certain")
    whole = best(12000, NUMBER, items=halves)
    assert (set(whole[0]), whole[2]) == ({4, 8}, "certain")


def test_the_number_counts_more_than_the_amount_of_somebody_else():
    found = match(7700, NUMBER, items=[FIRST, OF_JEAN], name="Jean Dupont")
    assert all(suggestion.confidence != "certain" for suggestion in found)
    assert found[0].parts[0].item == 3
    assert "names_another" in {reason.code for reason in found[0].reasons}


def test_a_sum_of_which_one_is_named_is_likely_whatever_else_fits():
    _ids, kind, confidence, codes = best(17050, "INV/2026/31", name="Boulangerie Noël")
    assert (kind, confidence) == ("balance", "likely")
    assert "some_named" in codes
    assert "names_unknown" not in codes


def test_who_is_only_known_in_part_has_no_sums():
    items = [item(1, 1000, "jean"), item(2, 2000, "jean")]
    assert best(3000, items=items, name="Jean Dupont")[1] == "balance"
    assert not best(3000, items=items, name="Claire Dupont")


def test_of_many_items_of_one_customer_the_exact_one_is_found():
    items = [item(n, 1000 + n, due=DAY + timedelta(days=n)) for n in range(100)]
    assert best(1099, items=items, iban=IBAN)[0] == (99,)
