"""Text from outside, as it can be kept and shown."""

import pytest

from tools.text.cleaning import to_line


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
