"""Days, amounts and directions as banks write them in a CSV."""

import re
from datetime import date
from decimal import Decimal

from ..text import amounts, dates
from ..text.names import name_key

_COMPACT = re.compile("(20[0-9]{2})([0-9]{2})([0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})[ .-]{0,2}([^\W\d_]{3,10})[ .-]{0,2}(20[0-9]{2})")
_MONTHS = {
    beginning: number
    for number, beginnings in enumerate(
        "jan ene gen led,feb fev uno,mar mrt bre,apr avr abr dub,may mai mei mag kve"
        ",jun juin giu cer,jul juil lug,aug aou ago srp,sep set zar,oct okt out ott rij"
        ",nov lis,dec dez dic pro".split(","),
        start=1,
    )
    for beginning in beginnings.split()
}
_SUFFIX = re.compile(r"(?P<amount>.*[0-9])\s?(?P<way>CR|DR|DB|C|D|H|S)", re.IGNORECASE)
_OUT = frozenset("d db dr debit debet af soll s out - sortie lastschrift dbit".split())
_IN = frozenset("c cr credit bij haben h in + entree gutschrift crdt".split())


def read_day(text: str, order: str) -> date | None:
    """Return a day, None if this order makes none of the text."""
    if match := _COMPACT.fullmatch(text):
        return _day(*map(int, match.groups()))
    if match := _NAMED.match(name_key(text[:40])):
        day, name, year = match.groups()
        month = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
        return _day(int(year), month, int(day)) if month else None
    return dates.read_date(text, order)


def read_amount(text: str, decimal_separator: str) -> Decimal | None:
    """Return an amount, None if this decimal separator makes none of the text.

    It may have its direction behind it: "12.50 DR".
    """
    match = _SUFFIX.fullmatch(text)
    if not match:
        return amounts.read_amount(text, decimal_separator)
    value = amounts.read_amount(match["amount"], decimal_separator)
    if value is None:
        return None
    value = value.copy_abs()
    return value if sign_of(match["way"]) > 0 else value.copy_negate()


def sign_of(text: str) -> int:
    """Return 1 for what comes in, -1 for what goes out, 0 if nobody can tell."""
    key = name_key(text[:20]).rstrip(".")
    return 1 if key in _IN else -1 if key in _OUT else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
