"""Dates as Magento's REST writes them: UTC, in whole seconds, without an offset."""

import re
from datetime import datetime, timezone

_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def format_datetime(moment: datetime) -> str:
    """Return the moment as a filter wants it: Magento ignores any offset in it.

    :param moment: with a time zone, or without one and in UTC
    """
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.isoformat(sep=" ", timespec="seconds")


def parse_datetime(text: str) -> datetime:
    """Return the moment that an answer names, in UTC and without a time zone.

    :raise ValueError: the text is not ``YYYY-MM-DD HH:MM:SS``, or no such moment is
    """
    if not _DATETIME.fullmatch(text):
        raise ValueError("Not a date and time of Magento")
    return datetime.fromisoformat(text)
