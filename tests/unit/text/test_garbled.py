"""Texts that were read in another encoding than they were written in."""

import pytest

from tools.text.amounts import currency_in, is_currency
from tools.text.encoding import is_garbled

WORDS = ("José", "Café à l’Étoile", "Größe", "Příliš žluťoučký", "N° 5", "Łódź", "12 €")


@pytest.mark.parametrize("word", WORDS)
def test_garbled(word):
    assert not is_garbled(word)
    assert is_garbled(word.encode().decode("cp1252", errors="replace"))


@pytest.mark.parametrize(
    "word",
    [
        "",
        "PÍŠEK",
        "KNÍŽECÍ",
        "PĂŞCANI",
        "Ça va à Õ",
        "Ä Ö Ü",
        "東京",
        "🚲🚲",
        "São Tomé",
    ],
)
def test_sound(word):
    assert not is_garbled(word)


@pytest.mark.parametrize(
    "text, sign",
    [
        ("12", ""),
        ("-1 012,50 Kč", "Kč"),
        ("(US$ 3)", "US$"),
        ("3 Fr.", "Fr"),
        ("x", ""),
    ],
)
def test_currency_in(text, sign):
    assert currency_in(text) == sign


@pytest.mark.parametrize(
    "sign, code, symbol, expected",
    [
        ("€", "EUR", "€", True),
        ("EUR", "EUR", "€", True),
        ("$", "EUR", "€", False),
        ("US$", "USD", "$", True),
        ("CA$", "USD", "$", False),
        ("R$", "BRL", "R$", True),
        ("kr", "SEK", "kr", True),
        ("Fr", "CHF", "CHF", True),
        ("", "EUR", "€", False),
    ],
)
def test_is_currency(sign, code, symbol, expected):
    assert is_currency(sign, code, symbol) is expected
