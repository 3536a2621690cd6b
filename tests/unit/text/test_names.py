"""When names are equal, and when they are alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.names import name_key, similar_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Boulangerie Noël", "  BOULANGERIE\xa0 noel "),
        ("Noe\u0308l", "Noël"),
        ("Straße", "STRASSE"),
        ("Smørrebrød", "SMORREBROD"),
        ("Cœur & Ægir", "coeur & aegir"),
        ("Łódź", "lodz"),
        ("ŽIŽKOV", "žižkov"),
    ],
)
def test_names_with_the_same_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Noël & Fils", "Noël et Fils"), ("Acme", "Acme SARL"), ("Acme", "Ac me")],
)
def test_names_with_different_keys(one, other):
    assert name_key(one) != name_key(other)


@given(st.text())
def test_a_key_is_its_own_key(text):
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("wanted", "candidate"),
    [
        ("Boulangerie Noël & Fils", "Boulangerie Noel et Fils SARL"),
        ("Acme", "ACME S.A.R.L."),
        ("Acme", "Acme, s. r. o."),
        ("Pharmacie Müller", "Müller Pharmacie AG"),
        ("Pharmacie Müller", "Pharmacie Mueller"),
        ("Les Vélos du Canal SCOP", "Vélos du Canal"),
        ("L'Atelier", "L’Atelier"),
        ("Dupont", "Dupond"),
        ("SA", "S.A."),
    ],
)
def test_alike(wanted, candidate):
    assert similar_names([wanted], [(7, candidate)]) == {wanted: [7]}


@pytest.mark.parametrize(
    ("wanted", "candidate"),
    [
        ("Pharmacie Müller", "Pharmacie Dubois"),
        ("Café de la Paix", "Café de la Gare"),
        ("Acme SARL", "Bicloo SARL"),
        ("Acme", ""),
        ("", "Acme"),
        ("", ""),
        ("&", "&"),
    ],
)
def test_not_alike(wanted, candidate):
    assert similar_names([wanted], [(7, candidate)]) == {wanted: []}


def test_the_best_three_come_first():
    candidates = enumerate(
        ["Vélos du Canal Nord", "Velo du Canal", "x", "Vélos du Canal", "Vélos Canal"]
    )
    assert similar_names(["Vélos du canal SCOP"], candidates) == {
        "Vélos du canal SCOP": [3, 1, 4]
    }


def test_each_wanted_name_has_its_own():
    candidates = [("a", "Acme"), ("b", "Bicloo"), ("both", "Acme Bicloo")]
    assert similar_names(["ACME", "Bicloo"], candidates) == {
        "ACME": ["a"],
        "Bicloo": ["b", "both"],
    }
