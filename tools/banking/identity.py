"""The key by which a line is the same line in every file that has it.

Banks' files overlap. A line is told by its account, day and amount, and by the bank's
own reference where there is one, else by all its words. Of lines that are equal in all
of that, each has its place among them on that day: two coffees are two lines.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from .statement import BankLine

# Spaces and signs come and go between a bank's exports.
_NOISE = re.compile(r"[\W_]+")
# What banks write where they have no reference
_NONE = frozenset(("", "NONREF", "NOTPROVIDED", "NOREF", "NA", "0"))


def identify(account: str, lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    """Return the lines of an account, each with its identity."""
    seen: Counter[str] = Counter()
    identified = []
    for line in lines:
        key = _key(account, line)
        seen[key] += 1
        digest = hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest()
        identified.append(replace(line, identity=digest))
    return tuple(identified)


def _key(account: str, line: BankLine) -> str:
    own = _bare(line.bank_reference)
    words = line.text, line.name, line.iban, line.reference
    told_by = f"#{own}" if own.strip("0") not in _NONE else "|".join(map(_bare, words))
    amount = f"{line.amount.normalize():f}"
    return f"{_bare(account)}|{line.date.isoformat()}|{amount}|{told_by}"


def _bare(text: str) -> str:
    return _NOISE.sub("", text).upper()
