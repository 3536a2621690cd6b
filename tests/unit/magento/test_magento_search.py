"""The query of a list, as a real Magento has answered it, and its dates."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tools.magento import Filter, SearchCriteria, format_datetime, parse_datetime

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
GROUP = "searchCriteria[filter_groups][{}][filters][{}]"


def recorded_query(name):
    recording = json.loads((RECORDINGS / f"{name}.json").read_text())
    return dict(
        parse_qsl(urlsplit(recording["request"]["path"]).query, keep_blank_values=True)
    )


def value_of(*arguments):
    return (
        SearchCriteria().where(*arguments).parameters()[GROUP.format(0, 0) + "[value]"]
    )


@pytest.mark.parametrize(
    ("name", "criteria"),
    [
        ("orders_list_empty_criteria", SearchCriteria()),
        (
            "orders_list_p2",
            SearchCriteria().sorted_by("entity_id").on_page(2, 5),
        ),
        (
            "orders_list_in",
            SearchCriteria(page_size=100).where(
                "status", "in", ["pending", "processing"]
            ),
        ),
        (
            "orders_list_or",
            SearchCriteria(page_size=100).where_any(
                Filter("store_id", "eq", 2), Filter("store_id", "eq", 3)
            ),
        ),
        (
            "orders_list_empty",
            SearchCriteria()
            .where("updated_at", "gteq", datetime(2099, 1, 1, tzinfo=timezone.utc))
            .on_page(1, 5),
        ),
    ],
)
def test_the_query_is_the_recorded_one(name, criteria):
    recorded = recorded_query(name)
    assert criteria.parameters(recorded.get("fields", "")) == recorded


def test_groups_are_numbered():
    criteria = (
        SearchCriteria()
        .where("a", "gt", 1)
        .where_any(Filter("b", "null"), Filter("c", "like", "x%"))
    )
    assert criteria.parameters() == {
        GROUP.format(0, 0) + "[field]": "a",
        GROUP.format(0, 0) + "[condition_type]": "gt",
        GROUP.format(0, 0) + "[value]": "1",
        GROUP.format(1, 0) + "[field]": "b",
        GROUP.format(1, 0) + "[condition_type]": "null",
        GROUP.format(1, 0) + "[value]": "",
        GROUP.format(1, 1) + "[field]": "c",
        GROUP.format(1, 1) + "[condition_type]": "like",
        GROUP.format(1, 1) + "[value]": "x%",
    }


def test_sorting_keeps_its_order():
    criteria = SearchCriteria().sorted_by("updated_at", "DESC").sorted_by("entity_id")
    assert criteria.parameters() == {
        "searchCriteria[sortOrders][0][field]": "updated_at",
        "searchCriteria[sortOrders][0][direction]": "DESC",
        "searchCriteria[sortOrders][1][field]": "entity_id",
        "searchCriteria[sortOrders][1][direction]": "ASC",
    }


def test_criteria_do_not_change():
    criteria = SearchCriteria()
    criteria.where("a", "eq", 1).sorted_by("a").on_page(1, 2)
    assert criteria == SearchCriteria()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a,b", "a,b"),
        (7, "7"),
        (True, "1"),
        (Decimal("1.50"), "1.50"),
        (datetime(2025, 1, 2, 3, 4, 5, 999999), "2025-01-02 03:04:05"),  # noqa: DTZ001
    ],
)
def test_values(value, text):
    assert value_of("x", "eq", value) == text


@pytest.mark.parametrize("values", [[1, 2], (1, 2), iter([1, 2]), {1: 0, 2: 0}])
def test_several_values(values):
    criteria = SearchCriteria().where("x", "in", values)
    name = GROUP.format(0, 0) + "[value]"
    assert [criteria.parameters()[name] for _page in range(2)] == ["1,2", "1,2"]


@pytest.mark.parametrize("values", [[], ["a,b"], iter(())])
def test_values_that_would_mean_something_else(values):
    with pytest.raises(ValueError, match="Several values"):
        SearchCriteria().where("x", "in", values)


@pytest.mark.parametrize("condition", ["=", "gte", "EQ", ""])
def test_conditions_that_magento_would_take_for_equality(condition):
    with pytest.raises(ValueError, match="no condition"):
        SearchCriteria().where("x", condition, 1)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2025, 7, 1, 12, 30, 59, 999_999),  # noqa: DTZ001
        datetime(2025, 7, 1, 12, 30, 59, tzinfo=timezone.utc),
        datetime(2025, 7, 1, 14, 30, 59, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_dates_are_written_in_utc(moment):
    assert format_datetime(moment) == "2025-07-01 12:30:59"


def test_dates_are_read_as_utc_without_a_zone():
    moment = datetime(2026, 11, 21, 1, 36, 39)  # noqa: DTZ001
    assert parse_datetime("2026-11-21 01:36:39") == moment


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-21", "2026-11-21T01:36:39", "2026-11-21 01:36:39+01:00"]
    + ["0000-00-00 00:00:00", "2026-02-30 00:00:00", "2026-11-21 01:36:39\n"],
)
def test_no_dates(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_datetime(text)
