"""Payment references with check digits, which a wrong digit makes invalid."""

import re

from stdnum import iso11649, luhn
from stdnum.ch import esr

from .numbers import fold

# What is shorter may be any number in a text.
SHORTEST = 7
LONGEST = 35
_PARTS = re.compile("[A-Z0-9]+")
_MOST_PARTS = 100
_LONGEST_WINDOW = 9


def key(reference: str) -> str:
    """Return the form under which two references are the same."""
    compact = "".join(_PARTS.findall(fold(reference[: 2 * LONGEST])))
    return compact.lstrip("0") if compact.isdigit() else compact


def kind(reference: str) -> str:
    """Return the kind of reference whose check digits are right, "" if it is none.

    Leading zeros make no difference to any of them.
    """
    compact = key(reference)
    if not SHORTEST <= len(compact) <= LONGEST:
        return ""
    if compact.startswith("RF"):
        return "rf" if iso11649.is_valid(compact) else ""
    if not compact.isdigit():
        return ""
    return next((name for name, check in _CHECKS.items() if check(compact)), "")


def written_in(text: str) -> dict[str, str]:
    """Return what may be a reference in a text, each with how it is written there.

    Banks and people put spaces, slashes and pluses into them, so that every run of
    parts may be one.
    """
    parts = _PARTS.findall(fold(text))[:_MOST_PARTS]
    found = {}
    for start in range(len(parts)):
        compact = ""
        for part in parts[start : start + _LONGEST_WINDOW]:
            compact += part
            if len(compact) > LONGEST:
                break
            stripped = compact.lstrip("0") if compact.isdigit() else compact
            if len(stripped) >= SHORTEST:
                found.setdefault(stripped, compact)
    return found


def _is_belgian(digits: str) -> bool:
    return len(digits) <= 12 and int(digits[-2:]) == (int(digits[:-2]) % 97 or 97)


def _is_swiss(digits: str) -> bool:
    return len(digits) <= 27 and esr.is_valid(digits)


def _is_finnish(digits: str) -> bool:
    return len(digits) <= 20 and digits[-1] == _weighted(digits[:-1], (7, 3, 1), 10)


def _is_norwegian(digits: str) -> bool:
    """Say whether it is a KID: of modulus 10, as in Sweden, or of modulus 11."""
    if len(digits) > 25:
        return False
    weights = (2, 3, 4, 5, 6, 7)
    return luhn.is_valid(digits) or digits[-1] == _weighted(digits[:-1], weights, 11)


def _weighted(digits: str, weights: tuple[int, ...], modulus: int) -> str:
    """Return the check digit of digits that are weighted from the right."""
    total = sum(
        int(digit) * weights[place % len(weights)]
        for place, digit in enumerate(reversed(digits))
    )
    rest = -total % modulus
    return "" if rest == 10 else str(rest)


_CHECKS = {
    "be": _is_belgian,
    "ch": _is_swiss,
    "fi": _is_finnish,
    "no": _is_norwegian,
}
