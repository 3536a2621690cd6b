"""Who pays: by account, by memory, by name (4.38)."""

import pytest
from matching_records import BAKERY, CUSTOMERS, IBAN, best, item, match

from tools.matching.customers import counterparty_key
from tools.matching.records import Payer


def test_an_account_and_an_amount_that_nothing_else_has_are_certain():
    ids, _kind, confidence, codes = best(
        12000, iban="fr76 3000 6000 0112 3456 7890 189"
    )
    assert (ids, confidence) == ((1,), "certain")
    assert "customer_iban" in codes
    twin = item(2, 12000, "jean")
    assert best(12000, items=[item(1, 12000), twin], iban=IBAN)[2] == "likely"


def test_a_name_and_the_amount_of_the_only_open_item_are_likely():
    assert best(12000, items=[item(1, 12000)], name="Boulangerie Noël")[2] == "likely"


@pytest.mark.parametrize(
    ("name", "iban"), [("NOEL ET FILS", ""), ("whoever", "BE68 5390 0754 7034")]
)
def test_who_was_confirmed_before_is_remembered(name, iban):
    memory = {counterparty_key(name, iban): "bakery"}
    found = best(12000, name=name, iban=iban, more={"memory": memory})
    assert found[0] == (1,)
    assert "customer_memory" in found[3]


def test_who_is_known_already_counts_as_an_account():
    assert "customer_known" in best(12000, customer="bakery")[3]


@pytest.mark.parametrize(
    "name",
    [
        "BOULANGERIE NOEL",
        "Noël Boulangerie S.A.R.L.",
        "boulangerie noël sarl paris",
        "STE BOULANGERIE NOEL",
    ],
)
def test_a_name_is_found_in_any_order_and_case(name):
    assert "customer_name" in best(12000, name=name)[3]


def test_a_name_in_the_text_counts_where_the_bank_tells_none():
    assert "customer_name" in best(7700, "VIR SEPA DUPONT JEAN LOYER")[3]
    assert "customer_name" in best(7700, "x", name="M. ou Mme Jean Dupont")[3]


def test_a_part_of_a_name_is_less():
    codes = best(7700, "INV/2026/00045", name="Claire Dupont")[3]
    assert "customer_name_part" in codes
    assert not any("customer" in code for code in best(7700, name="Jean")[3])


def test_a_name_of_many_says_nothing_alone():
    many = [Payer(n, "Jean Dupont") for n in range(40)]
    items = [item(n, 7700, n) for n in range(40)]
    assert not match(7700, name="Jean Dupont", items=items, customers=many) or all(
        s.confidence != "certain"
        for s in match(7700, name="Jean Dupont", items=items, customers=many)
    )


def test_an_account_of_two_customers_is_of_neither_for_certain():
    shared = [BAKERY, Payer("jean", "Jean", (IBAN,))]
    items = [item(1, 12000), item(2, 12000, "jean")]
    found = match(12000, items=items, customers=shared, iban=IBAN)
    assert [s.confidence for s in found] == ["likely", "likely"]


def test_somebody_elses_account_is_a_doubt():
    ids, _kind, confidence, codes = best(7700, "INV/2026/00045", iban=IBAN)
    assert (ids, confidence) == ((3,), "likely")
    assert "other_customer" in codes


def test_family_may_pay_with_the_number():
    ids, _kind, confidence, _codes = best(7700, "INV/2026/00045", name="Claire Dupont")
    assert (ids, confidence) == ((3,), "certain")


def test_a_customer_whose_name_is_empty_or_strange_is_nobody():
    strange = [*CUSTOMERS, Payer("x", ""), Payer("y", "..."), Payer("z", "\0")]
    assert best(12000, customers=strange, name="")[2] == "weak"
