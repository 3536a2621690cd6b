"""Prices and quantities as spreadsheets write them: ``-1 234,50 €``, ``(12.50)``."""

import re
from decimal import Decimal

from .conventions import possible_values

DECIMAL_SEPARATORS = (".", ",")
# No invoice or statement reaches a million millions: such a figure is two cells run
# together.
LIMIT = Decimal(10) ** 12

_LOOKALIKES = str.maketrans({"−": "-", "’": "'"})
_CURRENCY = (
    r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₣₦₨₩₪₫₭₮₱₲₴₵₸₹₺₽]|Kč|zł|kr\.?|Fr\.?|Ft|lei|лв\.?)"
)
_NAMES_OF_OLD = {"Fr": "CHF"}
_BARE = re.compile(r"[0-9.,]*[0-9]")
# Runs of spaces are single ones by then, which keeps the match linear.
_FRAME = re.compile(
    rf"(?P<opening>\()?[ ]?(?P<sign>[+-]?)[ ]?(?:(?P<before>{_CURRENCY})[ ]?)?"
    r"(?P<inner_sign>[+-]?)"
    r"[ ]?(?P<digits>[0-9.,][0-9.,' ]*(?<=[0-9]))[ ]?"
    rf"(?P<minus>-?)[ ]?(?P<after>{_CURRENCY})?[ ]?(?P<last_minus>-?)[ ]?"
    r"(?P<closing>\))?"
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
    digits, negative = _split_sign(text)
    number = _DIGITS[decimal_separator].fullmatch(digits)
    if not number:
        return None
    whole = number["whole"].translate(_GROUPING) or "0"
    fraction = number["fraction"]
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    # Reckoning with a million digits would be an error; to copy them is none.
    return value.copy_negate() if negative and value else value


def currency_in(text: str) -> str:
    """Return the sign or code of a currency that an amount has, "" if it has none."""
    if _BARE.fullmatch(text):
        return ""
    frame = _match_frame(text)
    return (frame["before"] or frame["after"] or "").rstrip(".") if frame else ""


def is_currency(sign: str, code: str, symbol: str) -> bool:
    """Say whether a sign or code that an amount has means a currency.

    :param code: its ISO code, such as "USD"
    :param symbol: its own sign, such as "$", which may stand after letters of the code
    """
    sign = _NAMES_OF_OLD.get(sign, sign).casefold()
    code, symbol = code.casefold(), symbol.rstrip(".").casefold()
    letters = sign.removesuffix(symbol)
    return sign in (code, symbol) or (letters != sign and code.startswith(letters))


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
    return (value, "") if value.copy_abs() < LIMIT else (None, "too_large")


def _split_sign(text: str) -> tuple[str, bool]:
    """Return the digits with their separators, and whether the amount is below zero.

    The digits are "x", thus no number, where what surrounds them makes no sense.
    """
    if _BARE.fullmatch(text):  # nearly every amount is
        return text, False
    frame = _match_frame(text)
    if not frame:
        return "x", False
    signs = "".join(frame.group("sign", "inner_sign", "minus", "last_minus"))
    if frame["opening"] and frame["closing"]:  # accountants' way to say "minus"
        return ("x" if signs else frame["digits"]), True
    if frame["opening"] or frame["closing"] or len(signs) > 1:
        return "x", False
    return frame["digits"], signs == "-"


def _match_frame(text: str) -> re.Match[str] | None:
    return _FRAME.fullmatch(" ".join(text.translate(_LOOKALIKES).split()))
