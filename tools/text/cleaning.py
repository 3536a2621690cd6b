"""Text that comes from outside, without what nothing can keep."""

import re

# As long as MySQL's TEXT, which holds whatever Magento keeps of an order
LONGEST_TEXT = 65_535
# What PostgreSQL or XML cannot hold: most control characters, halves of a pair
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What turns the letters that follow around, so that they read otherwise than they are
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """Return the text without what no database or web page can hold."""
    if not text.isprintable():
        text = _REFUSED.sub("", text)
    return text[:LONGEST_TEXT]


def clean_words(text: str) -> str:
    """Return what people read of a text, without what makes them read it otherwise."""
    return _TURNING.sub("", clean_text(text))


def to_line(text: str) -> str:
    """Return the text in one line, without what no one sees or what turns it around."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))
