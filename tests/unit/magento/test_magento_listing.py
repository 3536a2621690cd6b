"""Lists that are read by ids, from shops that fail at some of their records."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from simulators.magento import MagentoSimulator

from tools.http import decoding
from tools.magento import (
    BearerAuth,
    Broken,
    MagentoClient,
    MagentoConnectionError,
    MagentoDocumentError,
    SearchCriteria,
)
from tools.magento import (
    client as client_module,
)

ANY = SearchCriteria()


@pytest.fixture(scope="module")
def server():
    with MagentoSimulator() as simulator:
        simulator.bearer_allowed = True
        yield simulator


@pytest.fixture
def shop(server):
    fill(server, range(1, 13))
    return server


def fill(server, numbers):
    """Let the shop have orders of these ids; what else they have is of no matter."""
    server.reset()
    server.input_limits = None
    for number in numbers:
        server.book.orders.add({"entity_id": number, "state": "new"})
    server.book.orders._render = dict


def read(server, size=5, criteria=ANY, fields=None, ids=()):
    """Return the ids of what is given, and those of what is not."""
    given, broken = [], []
    client = MagentoClient(server.url, BearerAuth(server.access_token), page_size=size)
    with client:
        for part in client.records("orders", criteria, fields, ids):
            if isinstance(part, Broken):
                broken.append(int(part.magento_id))
                assert part.error.code
            else:
                given += [raw.get("entity_id") for raw in part.items]
    return given, broken


def test_pages_follow_ids(shop):
    assert read(shop) == (list(range(1, 13)), [])
    assert [target for _method, target, _status in shop.requests if "=gt" in target]
    assert shop.count() == 3


def test_an_order_committed_late_moves_no_page(shop):
    """Four checkouts at once: a smaller id may come after a larger one."""
    del shop.book.orders._documents[2]
    client = MagentoClient(shop.url, BearerAuth(shop.access_token), page_size=5)
    pages = client.records("orders", ANY)
    found = [raw["entity_id"] for raw in next(pages).items]
    shop.book.orders.add({"entity_id": 2, "state": "new"})
    del shop.book.orders._documents[1]
    found += [raw["entity_id"] for page in pages for raw in page.items]
    assert found == [1, *range(3, 13)]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_the_others_come(shop, size):
    for number in (1, 6, 7, 12):
        shop.book.orders.break_(number)
    assert read(shop, size) == ([2, 3, 4, 5, 8, 9, 10, 11], [1, 6, 7, 12])


def test_ids_with_gaps(server):
    fill(server, [3, 500, 70_000, 70_001])
    server.book.orders.break_(70_000)
    assert read(server) == ([3, 500, 70_001], [70_000])
    assert server.count() < 60


def test_criteria_hold(shop):
    shop.book.orders.break_(4)
    wanted = ANY.where("entity_id", "in", [2, 4, 9])
    assert read(shop, criteria=wanted) == ([2, 9], [4])
    assert read(shop, criteria=ANY.where("entity_id", "nin", [4]))[1] == []


@pytest.mark.parametrize("broken", [(4,), (2, 9), (9,), (2, 4, 9)])
def test_ids_that_are_known(shop, broken):
    for number in broken:
        shop.book.orders.break_(number)
    wanted = ANY.where("entity_id", "in", [2, 4, 9, 99])
    found = read(shop, 100, wanted, ids=["2", "4", "9", "99"])
    assert found == ([n for n in (2, 4, 9) if n not in broken], list(broken))
    assert shop.count() <= 5 * len(broken) + 5


def test_trimmed_fields(shop):
    shop.book.orders.break_(4)
    found = read(shop, fields="items[entity_id]")
    assert found == ([1, 2, 3, *range(5, 13)], [4])


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        '{"entity_id": 4, "a": ' + "[" * 5000 + "]" * 5000 + "}",
        json.dumps({"entity_id": 4, "note": "x" * 200_000}),
        "{" + ",".join(f'"{n}":1' for n in range(11_000)) + "}",
    ],
    ids=["no JSON", "deep and open", "deep", "too large", "too many values"],
)
def test_what_nobody_can_read(shop, monkeypatch, text):
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 190_000)
    monkeypatch.setattr(decoding, "MOST_VALUES", 10_000)
    shop.book.orders.show_as(4, text)
    assert read(shop) == ([1, 2, 3, *range(5, 13)], [4])


@pytest.mark.parametrize("size", [3, 100])
def test_records_without_ids(shop, size):
    for number in (2, 3, 12):
        shop.book.orders.show_as(number, '{"entity_id": null}')
    given, broken = read(shop, size)
    assert (given.count(None) >= 3, broken) == (True, [])  # some come twice
    assert [number for number in given if number] == [1, *range(4, 12)]


def test_none_has_an_id(shop):
    for number in range(1, 13):
        shop.book.orders.show_as(number, json.dumps({"entity_id": f"x{number}"}))
    assert len(read(shop)[0]) == 12


@pytest.mark.parametrize("number", [10**10, 2**63, -5, 0, "1e400", True])
def test_an_id_that_is_none(shop, number):
    """It does not make the shop be asked for what follows it."""
    shop.book.orders.show_as(5, json.dumps({"entity_id": number}))
    given, _broken = read(shop)
    assert [each for each in given if each in range(6, 13)] == list(range(6, 13))


@pytest.mark.parametrize(
    "kind", ["internal_error", "html_page", "garbage", "maintenance", "hang_up"]
)
def test_a_shop_that_is_not_well(shop, kind):
    """Nothing is said of records where the shop gives no answer at all."""
    shop.faults.add(kind, path="/V1/orders")
    with pytest.raises((MagentoConnectionError, MagentoDocumentError)):
        read(shop)
    assert shop.count() <= 3


def test_a_passing_error(shop):
    shop.faults.add("internal_error", path="/V1/orders", times=1)
    assert read(shop) == (list(range(1, 13)), [])


def test_a_page_that_repeats(shop):
    shop.faults.add("duplicate_page", path="=gt&")
    with pytest.raises(MagentoConnectionError, match="page_missing"):
        read(shop)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)), st.integers(1, 30))
@example({1}, {1}, 1)
@example(set(), set(), 5)
def test_whatever_is_broken(server, numbers, broken, size):
    fill(server, sorted(numbers))
    for number in broken:
        server.book.orders.break_(number)
    found = read(server, size)
    assert found == (sorted(numbers - broken), sorted(numbers & broken))
