"""Prices and quantities as spreadsheets write them: ``-1 234,50 €``, ``(12.50)``."""

import re
from decimal import Decimal

from .conventions import possible_values

DECIMAL_SEPARATORS = (".", ",")
# No invoice line reaches a million millions: such a figure is two cells run together.
LIMIT = Decimal(10) ** 12

_LOOKALIKES = str.maketrans({"−": "-", "’": "'"})
_CURRENCY = (
    r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₣₦₨₩₪₫₭₮₱₲₴₵₸₹₺₽]|Kč|zł|kr\.?|Fr\.?|Ft|lei|лв\.?)"
)
# Single optional spaces keep the match linear; _squeeze() leaves no longer ones.
_FRAME = re.compile(
    rf"(?P<opening>\()?[ ]?(?P<sign>[+-]?)[ ]?(?:{_CURRENCY}[ ]?)?(?P<inner_sign>[+-]?)"
    r"[ ]?(?P<digits>[0-9.,][0-9.,' ]*(?<=[0-9]))[ ]?"
    rf"(?P<minus>-?)[ ]?(?:{_CURRENCY})?[ ]?(?P<last_minus>-?)[ ]?(?P<closing>\))?"
)


def _digits_pattern(decimal_separator: str) -> re.Pattern[str]:
    """Return the pattern of a number: thousands in one kind of groups, or in none."""
    grouping = "".join(sorted({" ", "'", ".", ","} - {decimal_separator}))
    return re.compile(
        rf"(?P<whole>[1-9][0-9]{{0,2}}(?:(?P<group>[{grouping}])[0-9]{{3}})"
        rf"(?:(?P=group)[0-9]{{3}})*|[0-9]*)"
        rf"(?:{re.escape(decimal_separator)}(?P<fraction>[0-9]+))?"
    )


_DIGITS = {separator: _digits_pattern(separator) for separator in DECIMAL_SEPARATORS}
_GROUPING = str.maketrans("", "", " ',.")


def read_amount(text: str, decimal_separator: str) -> Decimal | None:
    """Return the number, or None if this decimal separator makes none of the text."""
    frame = _FRAME.fullmatch(_squeeze(text))
    if not frame:
        return None
    number = _DIGITS[decimal_separator].fullmatch(frame["digits"])
    negative = _is_negative(frame)
    if not number or negative is None:
        return None
    whole = number["whole"].translate(_GROUPING) or "0"
    fraction = number["fraction"]
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return -value if negative and value else value


def amount_or_reason(
    text: str, decimal_separator: str | None
) -> tuple[Decimal | None, str]:
    """Return the number and "", or None and why there is none.

    :param decimal_separator: None when the file does not tell which one it uses
    :return: reasons are ``empty``, ``not_a_number``, ``ambiguous``, ``too_large``
    """
    if not text:
        return None, "empty"
    values = possible_values(text, decimal_separator, DECIMAL_SEPARATORS, read_amount)
    if not values:
        return None, "not_a_number"
    if len(values) > 1:
        return None, "ambiguous"
    value = values.pop()
    return (value, "") if abs(value) < LIMIT else (None, "too_large")


def _squeeze(text: str) -> str:
    """Return the text with plain signs and single plain spaces."""
    return " ".join(text.translate(_LOOKALIKES).split())


def _is_negative(frame: re.Match[str]) -> bool | None:
    """Return whether the amount is below zero, None if its signs contradict."""
    in_brackets = bool(frame["opening"])
    if in_brackets != bool(frame["closing"]):
        return None
    signs = "".join(frame.group("sign", "inner_sign", "minus", "last_minus"))
    # Accountants' brackets are a sign already.
    allowed = ("",) if in_brackets else ("", "+", "-")
    return in_brackets or signs == "-" if signs in allowed else None
