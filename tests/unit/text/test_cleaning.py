"""Texts without what nobody can keep, or should be shown."""

import pytest

from tools.text.cleaning import LONGEST_TEXT, clean_text, clean_words, to_line


@pytest.mark.parametrize(
    ("text", "kept", "read"),
    [
        ("Merci, José!\n1\t2", "Merci, José!\n1\t2", "Merci, José!\n1\t2"),
        ("a\x00b\ud800c\x85", "abc\x85", "abc\x85"),
        ("gnp.\u202efdp.exe", "gnp.\u202efdp.exe", "gnp.fdp.exe"),
        ("\u2066a\u2069 \u202ab\u202c", "\u2066a\u2069 \u202ab\u202c", "a b"),
        ("שלום\u200f!", "שלום\u200f!", "שלום\u200f!"),
        ("x" * 70_000, "x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
    ],
)
def test_cleaning(text, kept, read):
    assert clean_text(text) == kept
    assert clean_words(text) == read


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Espresso, 1 kg", "Espresso, 1 kg"),
        (" Caf\xe9\xa0: a\n\tb ", "Caf\xe9 : a b"),
        ("in\u202evoice\u2066 \u200bfree\u00ad", "invoice free"),
        ("a\x00b\x1b[2J\ud800", "ab[2J"),
    ],
)
def test_to_line(text, line):
    assert to_line(text) == line
