"""The JSON of an answer, as values that a database and a web page can hold.

What servers send is not trusted: an extension or an import may have put anything into a
record, and one bad record must not make the others of its page unreadable.
"""

import json
import re
from decimal import Context, Decimal
from typing import Any

from ..text.cleaning import clean_text

# No proper answer is nested deeper; what is, becomes null
DEEPEST = 64
# Each takes some hundred bytes of memory: five times what a hundred orders have
MOST_VALUES = 1_000_000
MOST_DIGITS = 30
# Larger numbers become infinite here, smaller ones zero
_CONTEXT = Context(prec=MOST_DIGITS, Emax=MOST_DIGITS, Emin=-MOST_DIGITS, traps=[])
# Where a number may be out of bounds: reading each one with care takes its time
_SUSPECT = re.compile(rf"[0-9][eE]|[0-9]{{{MOST_DIGITS + 1}}}")


class TooManyValuesError(ValueError):
    """An answer that would take more memory than any proper one."""


def decode(content: bytes) -> Any:
    """Return the JSON of an answer, cleaned and bounded.

    Numbers with a decimal point are ``Decimal``; one that is beyond all bounds, or
    infinite, stays the text that it was.

    :raise ValueError: it is no JSON
    :raise TooManyValuesError: it has more values than any proper answer
    """
    if sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise TooManyValuesError
    # PHP files saved with a byte order mark send it ahead of every answer.
    text = content.decode(errors="replace").lstrip("\ufeff")
    is_suspect = _SUSPECT.search(text)
    value = json.loads(
        text,
        strict=False,
        parse_float=_fraction if is_suspect else Decimal,
        parse_int=_whole if is_suspect else None,
        parse_constant=str,
    )
    return _clean(value, DEEPEST)


def to_number(text: str) -> Decimal | None:
    """Return the number that a text is, None if it is none or beyond all bounds."""
    number = _CONTEXT.create_decimal(text.strip())
    return number if number.is_finite() else None


def _fraction(text: str) -> Decimal | str:
    number = to_number(text)
    return _shortened(text) if number is None else number


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS else _shortened(text)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_DIGITS else f"{text[:MOST_DIGITS]}…"


def _clean(value: Any, levels: int) -> Any:
    """Return the value with clean texts, down to so many levels."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        if not levels:
            return None
        return {
            clean_text(name): _clean(each, levels - 1) for name, each in value.items()
        }
    if isinstance(value, list):
        return [_clean(each, levels - 1) for each in value] if levels else None
    return value
