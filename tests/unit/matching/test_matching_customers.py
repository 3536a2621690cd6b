"""Who pays: by account, by memory, by name (4.38)."""

from dataclasses import replace

import pytest
from matching_records import BAKERY, CUSTOMERS, IBAN, LINE, best, item, match

from tools.matching.customers import Customers, counterparty_key
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


def test_the_only_open_item_of_who_is_remembered_is_certain():
    memory = {"memory": {counterparty_key("whoever", ""): "bakery"}}
    found = best(12000, items=[item(1, 12000)], name="whoever", more=memory)
    assert found[2] == "certain"
    assert best(12000, name="whoever", more=memory)[2] == "likely"


def test_the_longest_name_is_meant():
    customers = [Payer("jean", "Jean Dupont"), Payer("other", "Jean Marie Dupont")]
    items = [item(1, 7700, "jean"), item(2, 8800, "other")]
    name = "DUPONT JEAN MARIE PARIS"
    found = best(8800, items=items, customers=customers, name=name)
    assert "customer_name" in found[3]
    assert not best(7700, items=items, customers=customers, name=name)


def test_titles_are_no_part_of_a_name():
    customers = [Payer("jeanne", "Mme Jeanne Petit")]
    found = best(
        500, items=[item(1, 500, "jeanne")], customers=customers, name="PETIT J"
    )
    assert "customer_name" not in found[3]
    found = best(
        500, items=[item(1, 500, "jeanne")], customers=customers, name="JEANNE PETIT"
    )
    assert "customer_name" in found[3]


def test_a_part_that_many_share_says_nothing():
    def codes(count):
        customers = [
            Payer(n, f"Dupont Place{'abcdefghijklmnopqrstuvwxyz'[n]}")
            for n in range(count)
        ]
        items = [item(n, 7700 + n, n) for n in range(count)]
        return best(7701, items=items, customers=customers, name="Claire Dupont")[3]

    assert "customer_name_part" in codes(25)
    assert "customer_name_part" not in codes(26)


def test_a_word_of_very_many_names_is_not_looked_up():
    class Counting(dict):
        asked = 0

        def __getitem__(self, key):
            self.asked += 1
            return super().__getitem__(key)

    finder = Customers([Payer(n, f"Marie Name{n}") for n in range(1000)], {})
    finder._words = Counting(finder._words)
    found = finder.find(replace(LINE, name="Marie Name7 Paris"))
    assert list(found) == [7]
    assert finder._words.asked < 10


def test_a_rare_word_beside_one_of_many_is_still_a_part():
    many = [Payer(n, f"Dupont {'abcdefghijklmnopqrstuvwxyz'[n]}nne") for n in range(26)]
    rare = Payer("rare", "Xylander Claire")
    found = Customers([*many, rare], {}).find(replace(LINE, name="Dupont Xylander"))
    assert {payer: reason.code for payer, reason in found.items()} == {
        "rare": "customer_name_part"
    }
