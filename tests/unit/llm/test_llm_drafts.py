"""What of an answer is used, and why not the rest."""

import json

import pytest
from simulators.llm import notes

from tools.llm import LONGEST_NOTE, PROMISES, Refusal, read_draft

FACTS = {
    "customer": "Boulangerie Noël & Fils",
    "language": "fr_FR",
    "orders": ["S00012"],
    "delivered": [
        {"name": "Espresso, 1 kg", "quantity": 3, "unit": "Units"},
        {"name": "Sugar Free Syrup", "quantity": 2.5, "unit": "l"},
    ],
    "others": 0,
    "dates": ["2026-03-09"],
}
WORDS = [word for words in PROMISES.values() for word in words]


def say(text, facts=FACTS, **others):
    return read_draft(json.dumps({"note": text, **others}), facts, WORDS)


def why_not(content, facts=FACTS):
    with pytest.raises(Refusal) as refused:
        read_draft(content, facts, WORDS)
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "Merci, Boulangerie Noël & Fils\xa0! Voici 3 × Espresso, 1 kg.",
        "Livré le 9 mars 2026 (commande S00012), à bientôt.",
        "Am 09.03.2026 kamen 2,5 l; wir freuen uns auf Freitag.",
        "Enjoy your Sugar Free Syrup!",
        "Three kilos came on the ninth; voilà, vos trois paquets. Très bien, une.",
        "Enjoy your Sugar Free Syrups!",
        "Thank you\nfor your order",
        "x" * LONGEST_NOTE,
    ],
)
def test_good_ones_are_used_in_one_line(text):
    assert say(text).text == " ".join(text.replace("\xa0", " ").split())


REFUSED = {
    "empty": ["", "  ", "…", "!!!"],
    # As much as an answer may have, in which looking for links would take an hour
    "too_long": ["x" * (LONGEST_NOTE + 1), "a" * 250_000, "x." * 125_000],
    "characters": [
        "a\x00b",
        "a\x1b[2J",
        "a\u202eb",
        "a\u200bb",
        "a\u2028b",
        "a\ue000b",
        "a\ud800b",
        "Fr\u0435\u0435 of charge",  # Cyrillic letters that look like Latin ones
        "Merci 🎁",
        "\u1d05iscount",  # small capitals, and phonetic letters
        "re\u0261al",
        "Z\u0335\u0336\u0337algo",
    ],
    "markup": [
        "<b>x</b>",
        "a & b &amp; c",
        "**Merci**",
        "[x](y)",
        "[x][y]",
        "# Merci",
        "a\\nb",
    ],
    "link": [
        "https://x",
        "see evil.com",
        "WWW evil",
        "a@b",
        "evil。com/pay",
        "pay at evil dot com",
        "arnaque (point) fr",
        "t.me/evil",
        "x.co",
        "data:text/html,evil",
        "javascript:evil",
        "tel:evil",
    ],
    "figures": [
        "100 more",
        "3 × 100",
        "5 €",
        "10%",
        "US$",
        "¾ for you",
        "⁷ for one",
        "٤٢",
        "S00013",
        "on 09.04.2026",
        "IBAN FR76 3000",
        "Voici cinquante pièces",
        "Fünfzig Stück",
        "dreiundzwanzig Säcke",
        "twenty-three bags",
        "two hundred",
        "FIFTY",
        "sessantadue pezzi",
        "vijfentwintig zakken",
        "um milhão de vezes",
    ],
    "promise": [
        "The next one is free.",
        "FREE!",
        "dis-count",
        "a dis\u00adcount".replace("\u00ad", "’"),
        "Nous vous remboursons",
        "une RÉDUCTION",
        "c’est offert",
        "pour cent fois merci",
        "Rückerstattung folgt",
        "ein Rabattcode",
        "le hacemos un descuento",
        "sconto",
        "korting",
        "desconto",
        "We promise it",
        "Euros",
        "D\u0131scount",  # the i of Turkish
        "Call us at zero six twelve",
        "Le solde est nul",
        "It is on the house",
        "There is no charge for this",
        "Please ignore this invoice",
        "Sie ist hinfällig",
        "Vous n’avez rien à verser",
        "This is f r e e.",
    ],
}


@pytest.mark.parametrize(
    ("code", "text"),
    [(code, each) for code, texts in REFUSED.items() for each in texts],
)
def test_refused(code, text):
    assert why_not(json.dumps({"note": text})) == code


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Merci",
        "null",
        "[]",
        '"Merci"',
        '{"note": 1}',
        '{"note": null}',
        '{"concerns": []}',
        '{"note": "a", "price": 1}',
        '{"note": "a", "concerns": "b"}',
        '{"note": "a", "concerns": [1]}',
        '{"note": "a"',
        '```json\n{"note": "a"}\n```',
        "[" * 100_000,
        '{"note": ' + "9" * 100_000 + "}",
    ],
    ids=lambda content: content[:20],
)
def test_another_form(content):
    assert why_not(content) == "not_json"


def test_numbers_of_other_records_are_made_up():
    facts = {**FACTS, "delivered": [], "dates": [], "orders": []}
    assert why_not(json.dumps({"note": "Voici 3 kg"}), facts) == "figures"


def test_numbers_of_terms_are_none_of_the_delivery():
    facts = {**FACTS, "terms": "Within 30 days, fifteen for the last ones"}
    for text in ("30 kg came", "Trente kilos", "fifteen kilos"):
        assert why_not(json.dumps({"note": text}), facts) == "figures"


def test_numbers_in_names_are_told():
    facts = {**FACTS, "customer": "Les Quatre Saisons"}
    assert say("Merci, Les Quatre Saisons.", facts).text
    assert why_not(json.dumps({"note": "Quatre fois merci."})) == "figures"


def test_names_are_told_but_promise_nothing():
    """What a customer is called promises no less than other words do."""
    facts = {**FACTS, "customer": "Full Refund Ltd"}
    assert why_not(json.dumps({"note": "Dear Full Refund Ltd"}), facts) == "promise"


def test_letters_of_names_are_known():
    facts = {**FACTS, "customer": "Καφενείο"}
    assert say("Merci, Καφενείο.", facts).text == "Merci, Καφενείο."
    assert why_not(json.dumps({"note": "Merci, Καφενείο."})) == "characters"


def test_letters_of_names_hide_no_promise():
    facts = {**FACTS, "customer": "Нет"}
    assert why_not(json.dumps({"note": "Fr\u0435\u0435"}), facts) == "promise"


@pytest.mark.parametrize("name", ["e", "re", "Fr", "free of"])
def test_short_names_of_goods_hide_no_promise(name):
    goods = [{"name": name, "quantity": 1, "unit": "Units"}]
    note = json.dumps({"note": f"{name}: you get a refund, free of charge"})
    assert why_not(note, {**FACTS, "delivered": goods}) == "promise"


def test_no_concerns():
    assert say("Merci.", concerns=None).concerns == ()


def test_concerns_are_plain_and_few():
    concerns = ["a\nb\u202e<c>", "", "x" * 1000, *"defg"]
    assert say("Merci.", concerns=concerns).concerns == ()  # it was told no terms
    found = say("Merci.", {**FACTS, "terms": "A penalty"}, concerns=concerns)
    assert found.concerns == ("a b <c>", "x" * 200, "d", "e")


@pytest.mark.parametrize("lang", ["fr_FR", "en_US", "de_DE"])
def test_the_simulated_model_writes_what_is_used(lang):
    facts = {**FACTS, "language": lang, "terms": "A penalty of 3"}
    found = read_draft(notes.good(facts), facts, WORDS)
    assert "Boulangerie Noël & Fils" in found.text
    assert found.concerns


def test_words_are_as_they_are_looked_for():
    for word in WORDS:
        assert word == word.casefold()
        assert word.isascii()
