"""Invoice dates, written in every way."""

from datetime import date

import pytest

from tools.text.dates import date_or_reason, read_date

DAY = date(2025, 6, 13)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-13",
        "2025/06/13",
        "2025.06.13",
        "2025. 06. 13.",
        "2025-6-13",
        "2025-06-13 00:00:00",
        "2025-06-13T00:00:00+02:00",
        "2025-06-13T23:59:59.999Z",
    ],
)
@pytest.mark.parametrize("order", ["ymd", "dmy", "mdy"])
def test_a_year_in_front_is_read_in_every_order(text, order):
    assert read_date(text, order) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "13/06/2025",
        "13.06.2025",
        "13-06-2025",
        "13. 06. 2025",
        "13 6 2025",
        "13/6/25",
        "13/06/2025 00:00",
        "13/06/25 12:30 AM",
    ],
)
def test_day_first(text):
    assert read_date(text, "dmy") == DAY
    assert read_date(text, "mdy") is None
    assert read_date(text, "ymd") is None


@pytest.mark.parametrize("text", ["06/13/2025", "6/13/25", "06/13/2025 12:00:00 AM"])
def test_month_first(text):
    assert read_date(text, "mdy") == DAY
    assert read_date(text, "dmy") is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "13/06", "31/02/2025", "13/06/1025", "13/06/202", "45821", "2025-13-13"]
    + ["13/06/2025x", "١٣/٠٦/٢٠٢٥", "2025-06-13 Friday", "0/0/2025"],
)
def test_no_date(text):
    assert [read_date(text, order) for order in ("ymd", "dmy", "mdy")] == [None] * 3


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("", "ymd", (None, "empty")),
        ("x", "ymd", (None, "not_a_date")),
        ("06/13/2025", "dmy", (None, "not_a_date")),
        ("03/04/2025", None, (None, "ambiguous")),
        ("05/05/2025", None, (date(2025, 5, 5), "")),
        ("13/06/2025", None, (DAY, "")),
    ],
)
def test_date_or_the_reason(text, order, expected):
    assert date_or_reason(text, order) == expected
