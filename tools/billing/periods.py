"""Days on which periods end, with which what happened in them is billed."""

from calendar import monthrange
from datetime import date, timedelta


def get_last_day(day: date, period: str, weekday: int = 6, month_day: int = 31) -> date:
    """Return the last day of the period that a day is in.

    :param period: "day", "week" or "month"
    :param weekday: on which weeks end, 0 is Monday
    :param month_day: on which months end; shorter ones end on their own last day
    """
    if period == "week":
        return day + timedelta(days=(weekday - day.weekday()) % 7)
    if period == "month":
        last = _get_day(day, month_day)
        return last if day <= last else _get_day(last.replace(day=28), month_day, 1)
    return day


def _get_day(day: date, month_day: int, months: int = 0) -> date:
    """Return a day of a month, or of the one that is some months later."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(month_day, monthrange(year, month)[1]))
