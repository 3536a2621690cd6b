"""Numbers of documents, in any spelling.

A number is taken apart into runs of letters and of digits: INV/2026/00031 is INV, 2026,
00031, and so are "inv 2026-31" and "INV202600031". What of it is written tells how much
it says: *full* the whole number, or all of its digits; *short* the last of them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

# A bank's text has 140 characters, or some of these texts; a number some twenty.
LONGEST_TEXT = 1_000
LONGEST_NUMBER = 64
_MOST_RUNS = 200
_MOST_IN_NUMBER = 8
_LONGEST_WINDOW = 5
_SHORTEST = 3
_SHORTEST_ALONE = 6

# What a shape has for digits
_YEAR, _DIGITS = "9999", "9"

_RUN = re.compile("[A-Z]{1,20}|[0-9]{1,35}")
_SEPARATOR = re.compile(r"[/\\._#-]?")
_YEAR_IN_FRONT = re.compile("(20[0-9]{2})([0-9]{3,7})")
_DATE = re.compile(
    r"(?<![0-9A-Z/.-])(?:(?P<y>20[0-9]{2})(?P<s>[-/.]?)(?P<m>[0-9]{2})(?P=s)(?P<d>[0-9]{2})"
    r"|(?P<d2>[0-9]{1,2})(?P<s2>[-/.])(?P<m2>[0-9]{1,2})(?P=s2)(?P<y2>20[0-9]{2}))"
    r"(?![0-9/-])"
)
# Words and their abbreviations that people put before a number and that are no part of
# it
_LABELS = frozenset(
    "N NO NR NUM NUMERO NUMBER NUMMER REF REFERENCE FACTURE FACT FAC FA FC INVOICE"
    " RECHNUNG RECHN RECHNR RG RE RN RGNR FAKTURA FACTURA FATTURA FACTUUR ORDER"
    " COMMANDE CDE CMD BESTELLUNG PEDIDO ORDINE OBJEDNAVKA".split()
)


class Run(NamedTuple):
    """Letters or digits.

    :param is_near: whether no space is before them
    :param is_attached: whether these are digits that belong to letters before them
    """

    text: str
    is_near: bool
    is_attached: bool

    @property
    def is_number(self) -> bool:
        """Say whether these are digits."""
        return self.text[0] <= "9"


def fold(text: str) -> str:
    """Return a text in capitals, and in plain digits, no longer than is looked at."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[: 2 * LONGEST_TEXT]
    return text.upper()


def keys(number: str) -> dict[str, bool]:
    """Return what may be written of a document's number, and whether that is all of it.

    :return: key → whether it is the full number
    """
    runs = _runs_of_number(number[:LONGEST_NUMBER])
    if not runs:
        return {}
    last = runs[-1].text
    if len(runs) == 1:  # such as a shop's 000000123
        return {_bare(last): False, last: len(last) >= _SHORTEST_ALONE}
    found = {_bare(last): False}
    first = next(index for index, run in enumerate(runs) if run.is_number)
    if first:
        found[_dashed([runs[first - 1], runs[-1]])] = False
    for part in (runs[first:], runs):
        fused = "".join(run.text for run in part)
        if len(fused) >= _SHORTEST_ALONE:
            found[fused] = True
        if len(part) > 1:
            found[_dashed(part)] = True
    return found


def shapes(number: str) -> set[tuple]:
    """Return what numbers like this one look like, whatever their digits are."""
    runs = _runs_of_number(number[:LONGEST_NUMBER])
    first = next((index for index, run in enumerate(runs) if run.is_number), 0)
    found = {_shape(part) for part in (runs, runs[first:]) if len(part) > 1}
    return {shape for shape in found if shape[0] != _DIGITS}


class Written(NamedTuple):
    """What may be a number in a text.

    :param key: as :func:`keys` has it
    :param can_be_full: whether enough of it is written
    :param shape: as :func:`shapes` has it
    """

    key: str
    text: str
    can_be_full: bool
    shape: tuple


def written_in(text: str) -> Iterator[Written]:
    """Yield what may be a number in a text. Dates are none."""
    runs = _runs(_DATE.sub(_without_date, fold(text)))[:_MOST_RUNS]
    for start, first in enumerate(runs):
        window = []
        for run in runs[start : start + _LONGEST_WINDOW]:
            if window and not (run.is_number or run.is_near):
                break  # the next word
            window.append(run)
            if run.is_number:
                yield from _read(window, is_attached=first.is_attached)


def is_swapped(one: str, other: str) -> bool:
    """Say whether two numbers differ by two neighbouring digits that changed places."""
    one, other = (re.sub("[^0-9]", "", each[:LONGEST_NUMBER]) for each in (one, other))
    if len(one) != len(other):
        return False
    differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    i, j = differing
    return one[i] == other[j] and one[j] == other[i]


@lru_cache(maxsize=64)
def _runs_of_number(number: str) -> tuple[Run, ...]:
    """Return the runs of a number up to its last digits."""
    runs = _runs(fold(number))[:_MOST_IN_NUMBER]
    while runs and not runs[-1].is_number:
        runs.pop()
    return tuple(runs)


def _read(window: Sequence[Run], is_attached: bool) -> Iterator[Written]:
    """Yield the keys that a window of runs, which ends in digits, may stand for."""
    last = window[-1].text
    has_letters = not window[0].is_number
    if len(last) < _SHORTEST and not (has_letters and len(window[0].text) > 1):
        return
    shape = _shape(window)
    if len(window) == 1:
        yield Written(_bare(last), last, False, shape)
        is_long = len(last) >= _SHORTEST_ALONE
        yield Written(last, last, is_long and not is_attached, shape)
        return
    text = "".join(run.text for run in window)
    can_be_full = has_letters or not is_attached
    yield Written(_dashed(window), text, can_be_full, shape)
    if len(text) >= _SHORTEST_ALONE:
        yield Written(text, text, can_be_full, shape)


def _runs(text: str) -> list[Run]:
    """Return the runs of a text; a year in front of digits is one of its own."""
    runs, end, letters = [], 0, ""
    for match in _RUN.finditer(text):
        run, start = match[0], match.start()
        is_near = start - end < 2 and bool(_SEPARATOR.fullmatch(text, end, start))
        if run[0] > "9":
            runs.append(Run(run, is_near, False))
            letters = run
        else:
            is_attached = is_near and bool(letters) and letters not in _LABELS
            year = _YEAR_IN_FRONT.fullmatch(run)
            for part in year.groups() if year else (run,):
                runs.append(Run(part, is_near, is_attached))
            letters = ""
        end = match.end()
        if len(runs) >= _MOST_RUNS:
            break
    return runs


def _without_date(match: re.Match[str]) -> str:
    """Return a space instead of a day; what is none stays."""
    parts = match.groupdict()
    year, month, day = (int(parts[n] or parts[f"{n}2"]) for n in "ymd")
    try:
        date(year, month, day)
    except ValueError:
        return match[0]
    return " "


def _dashed(runs: Sequence[Run]) -> str:
    return "-".join(_bare(run.text) if run.is_number else run.text for run in runs)


def _bare(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _shape(runs: Sequence[Run]) -> tuple:
    return tuple(map(_kind, runs))


def _kind(run: Run) -> str:
    if not run.is_number:
        return run.text
    return _YEAR if len(run.text) == 4 and run.text.startswith("20") else _DIGITS
