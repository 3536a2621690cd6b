"""Dates as spreadsheets write them: ``2025-06-13``, ``13. 6. 25 00:00``."""

import re
from datetime import date

from .conventions import possible_values

# The international order comes first, then the more common one of the others.
DATE_ORDERS = ("ymd", "dmy", "mdy")

_SEPARATOR = r"(?: ?[-/.] ?| )"
_TIME = (
    r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?[AaPp][Mm])?(?: ?Z| ?[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(
    rf"(20[0-9]{{2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}})\.?{_TIME}"
)
_YEAR_LAST = re.compile(
    rf"([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}((?:20)?[0-9]{{2}})\.?{_TIME}"
)


def read_date(text: str, order: str) -> date | None:
    """Return the day, or None if this order makes none of the text.

    A four-digit year in front is followed by the month in every country, so such a
    date is read whatever the file's order is. A time of day is dropped.
    """
    text = " ".join(text.split())
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(*match.groups())
    match = _YEAR_LAST.fullmatch(text)
    if not match or order == "ymd":
        return None
    first, second, year = match.groups()
    day, month = (first, second) if order == "dmy" else (second, first)
    return _day(year, month, day)


def date_or_reason(text: str, order: str | None) -> tuple[date | None, str]:
    """Return the day and "", or None and why there is none.

    :param order: None when the file does not tell which one it uses
    :return: reasons are ``empty``, ``not_a_date`` and ``ambiguous``
    """
    if not text:
        return None, "empty"
    days = possible_values(text, order, DATE_ORDERS, read_date)
    if not days:
        return None, "not_a_date"
    return (days.pop(), "") if len(days) == 1 else (None, "ambiguous")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(2000 + int(year) % 100, int(month), int(day))
    except ValueError:  # no such day, such as 31 February
        return None
