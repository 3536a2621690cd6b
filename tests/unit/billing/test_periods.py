from datetime import date, timedelta

import pytest

from tools.billing.periods import get_last_day


@pytest.mark.parametrize(
    ("day", "month_day", "last"),
    [
        (date(2026, 11, 1), 31, date(2026, 11, 30)),
        (date(2026, 11, 30), 31, date(2026, 11, 30)),
        (date(2026, 12, 1), 31, date(2026, 12, 31)),
        (date(2026, 2, 28), 30, date(2026, 2, 28)),
        (date(2028, 2, 28), 31, date(2028, 2, 29)),
        (date(2026, 11, 15), 15, date(2026, 11, 15)),
        (date(2026, 11, 16), 15, date(2026, 12, 15)),
        (date(2026, 12, 16), 15, date(2027, 1, 15)),
        (date(2026, 1, 31), 30, date(2026, 2, 28)),
        (date(2026, 3, 31), 30, date(2026, 4, 30)),
    ],
)
def test_months_end_on_a_day_or_on_their_last(day, month_day, last):
    """4.30: shorter months end on their own last day."""
    assert get_last_day(day, "month", month_day=month_day) == last


@pytest.mark.parametrize("weekday", range(7))
def test_weeks_end_on_a_weekday(weekday):
    """4.30: a week's last day is in the week that it ends."""
    for number in range(21):
        day = date(2026, 12, 20) + timedelta(days=number)
        last = get_last_day(day, "week", weekday)
        assert last.weekday() == weekday
        assert timedelta(0) <= last - day < timedelta(days=7)


@pytest.mark.parametrize("month_day", range(1, 32))
def test_each_day_is_in_one_month(month_day):
    """4.30: periods follow one another without a gap, over all lengths of months."""
    day = date(2027, 12, 1)
    ends = {get_last_day(day + timedelta(days=number), "month", 6, month_day)
            for number in range(366)}  # fmt: skip
    for end in ends:
        assert get_last_day(end, "month", 6, month_day) == end
        after = get_last_day(end + timedelta(days=1), "month", 6, month_day)
        assert 28 <= (after - end).days <= 31


def test_a_day_ends_itself():
    assert get_last_day(date(2026, 12, 1), "day") == date(2026, 12, 1)
