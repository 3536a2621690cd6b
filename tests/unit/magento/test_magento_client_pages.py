"""Lists, page by page, from shops that each limit them in their own way."""

import json
from itertools import chain, islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from tools.magento import (
    BearerAuth,
    MagentoClient,
    MagentoConnectionError,
    MagentoDocumentError,
    Page,
    SearchCriteria,
)

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
SHOP = "http://shop.example"
ORDERS = f"{SHOP}/rest/V1/orders"
BY_ID = SearchCriteria().sorted_by("entity_id")


class Shop:
    """Answers for a list of the numbers from 0 to ``total``.

    :param cap: the largest page it gives, whatever is asked for
    :param limit: a function from the number of the request to the largest page that it
        takes; for others it answers 400
    :param says_size: whether its answers say the page size
    """

    def __init__(self, total, cap=10_000, limit=None, says_size=True):
        self.total = total
        self.cap = cap
        self.limit = limit or (lambda request: 10_000)
        self.says_size = says_size
        self.asked = []
        self.fields = []

    def __call__(self, request):
        query = parse_qs(urlsplit(request.url).query)
        [number] = map(int, query["searchCriteria[current_page]"])
        [size] = map(int, query["searchCriteria[page_size]"])
        self.fields += query.get("fields", [""])
        self.asked.append((number, size))
        if size > self.limit(len(self.asked)):
            return 400, {}, '{"message":"Maximum SearchCriteria pageSize is %1"}'
        return 200, {}, json.dumps(self.answer(number, min(size, self.cap)))

    def answer(self, number, size):
        start = (number - 1) * size
        items = list(range(start, min(start + size, self.total)))
        criteria = {"search_criteria": {"page_size": size}} if self.says_size else {}
        return {"items": items, "total_count": self.total, **criteria}


@pytest.fixture
def mock():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def open_shop(mock):
    def open_shop(*arguments, **options):
        shop = Shop(*arguments, **options)
        mock.add_callback(responses.GET, ORDERS, shop)
        return shop

    return open_shop


def client(page_size=100):
    return MagentoClient(SHOP, BearerAuth("token"), page_size=page_size)


def items(pages):
    return list(chain.from_iterable(page.items for page in pages))


def test_pages_of_a_list(open_shop):
    shop = open_shop(5)
    assert list(client(2).pages("orders", BY_ID)) == [
        Page([0, 1], 5),
        Page([2, 3], 5),
        Page([4], 5),
    ]
    assert shop.asked == [(1, 2), (2, 2), (3, 2)]


@pytest.mark.parametrize(
    ("total", "requests"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2)]
)
def test_nothing_is_asked_beyond_the_end(open_shop, total, requests):
    shop = open_shop(total)
    found = list(client(2).pages("orders", BY_ID))
    assert items(found) == list(range(total))
    assert len(shop.asked) == len(found) == requests


def test_the_next_page_is_asked_when_it_is_wanted(open_shop):
    shop = open_shop(100)
    assert len(list(islice(client(2).pages("orders", BY_ID), 3))) == 3
    assert len(shop.asked) == 3


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        (None, ""),
        ("items[entity_id]", "items[entity_id],total_count,search_criteria"),
        ("total_count,items[sku]", "total_count,items[sku],search_criteria"),
        ("items,total_count,search_criteria", "items,total_count,search_criteria"),
    ],
)
def test_the_fields_that_are_needed_are_asked_as_well(open_shop, fields, asked):
    shop = open_shop(1)
    list(client().pages("orders", BY_ID, fields))
    assert shop.fields == [asked]


def test_an_empty_list_may_be_null(mock):
    recording = json.loads((RECORDINGS / "orders_list_empty_fields.json").read_text())
    assert recording["response"]["body"]["items"] is None
    mock.get(ORDERS, json=recording["response"]["body"])
    assert list(client().pages("orders", BY_ID)) == [Page([], 0)]


def test_recorded_pages(mock):
    for name in ("p1", "p2", "lastpage"):
        file = RECORDINGS / f"orders_list_{name}.json"
        mock.get(ORDERS, json=json.loads(file.read_text())["response"]["body"])
    found = items(client(5).pages("orders", BY_ID))
    assert [order["entity_id"] for order in found] == list(range(1, 14))


def test_a_refused_size_is_halved_and_remembered(open_shop):
    shop = open_shop(130, limit=lambda request: 60)
    patient = client(200)
    assert items(patient.pages("orders", BY_ID)) == list(range(130))
    assert shop.asked == [(1, 200), (1, 100), (1, 50), (2, 50), (3, 50)]
    assert items(patient.pages("orders", BY_ID)) == list(range(130))
    assert shop.asked[5:] == [(1, 50), (2, 50), (3, 50)]


def test_a_size_that_is_refused_from_the_third_page_on(open_shop):
    shop = open_shop(380, limit=lambda request: 100 if request < 3 else 30)
    found = items(client(100).pages("orders", BY_ID))
    assert shop.asked[:5] == [(1, 100), (2, 100), (3, 100), (5, 50), (9, 25)]
    assert found == list(range(380))


def test_after_a_smaller_size_records_may_come_twice_but_none_is_missing(open_shop):
    shop = open_shop(200, limit=lambda request: 50 if request < 3 else 49)
    found = items(client(50).pages("orders", BY_ID))
    assert shop.asked[:4] == [(1, 50), (2, 50), (3, 50), (5, 25)]
    assert set(found) == set(range(200))


def test_a_400_for_another_reason_is_raised_and_no_size_remembered(mock):
    mock.get(ORDERS, status=400, json={"message": "No."})
    impatient = client(100)
    with pytest.raises(MagentoDocumentError):
        next(impatient.pages("orders", BY_ID))
    assert impatient.requests_sent == 4  # 100, 50, 25, 20
    with pytest.raises(MagentoDocumentError):
        next(impatient.pages("orders", BY_ID))
    assert impatient.requests_sent == 8


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_other_errors_are_raised_at_once(mock, status):
    mock.get(ORDERS, status=status, json={"message": "No."})
    with client(100) as impatient, pytest.raises(Exception, match="No"):
        next(impatient.pages("orders", BY_ID))
    assert impatient.requests_sent == 1


@pytest.mark.parametrize("says_size", [True, False])
def test_a_shop_that_gives_less_than_asked(open_shop, says_size):
    shop = open_shop(50, cap=20, says_size=says_size)
    thrifty = client(100)
    assert items(thrifty.pages("orders", BY_ID)) == list(range(50))
    assert shop.asked == [(1, 100), (2, 20), (3, 20)]
    list(thrifty.pages("orders", BY_ID))
    assert shop.asked[3:] == [(1, 20), (2, 20), (3, 20)]


@pytest.mark.parametrize("says_size", [True, False])
def test_a_shop_that_gives_less_from_the_third_page_on(open_shop, says_size):
    shop = open_shop(380, says_size=says_size)
    pages = client(100).pages("orders", BY_ID)
    found = items(islice(pages, 2))
    shop.cap = 20
    found += items(pages)
    assert shop.asked[:5] == [(1, 100), (2, 100), (3, 100), (11, 20), (12, 20)]
    assert found == list(range(380))


@pytest.mark.parametrize(
    ("said", "next_size"),
    [(0, 3), (-5, 3), (True, 3), ("20", 3), (None, 3), ([], 3), (0.5, 3), (500, 10)],
)
def test_a_page_size_that_makes_no_sense(mock, said, next_size):
    criteria = {"page_size": said}
    for page in ([1, 2, 3], [4]):
        body = {"items": page, "total_count": 4, "search_criteria": criteria}
        mock.get(ORDERS, json=body)
    thrifty = client(10)
    assert next(thrifty.pages("orders", BY_ID)).items == [1, 2, 3]
    list(thrifty.pages("orders", BY_ID))
    assert f"page_size%5D={next_size}&" in mock.calls[1].request.url


def test_a_short_page_of_the_size_that_was_asked_for(mock):
    criteria = {"page_size": 2}
    bodies = [
        {"items": [1], "total_count": 3, "search_criteria": criteria},
        {"items": [3], "total_count": 3, "search_criteria": criteria},
    ]
    for body in bodies:
        mock.get(ORDERS, json=body)
    found = items(client(2).pages("orders", BY_ID))
    assert found == [1, 3]  # 2 is there, but not for us


def test_a_list_that_grows(mock):
    mock.get(ORDERS, json={"items": [1, 2], "total_count": 2 + 1})
    mock.get(ORDERS, json={"items": [3, 4], "total_count": 5})
    mock.get(ORDERS, json={"items": [5], "total_count": 5})
    assert items(client(2).pages("orders", BY_ID)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_list_that_shrinks(mock, left):
    mock.get(ORDERS, json={"items": [1, 2], "total_count": 3})
    mock.get(ORDERS, json={"items": [], "total_count": left})
    assert items(client(2).pages("orders", BY_ID)) == [1, 2]


@pytest.mark.parametrize("nothing", [[], None])
def test_a_page_that_is_missing(mock, nothing):
    mock.get(ORDERS, json={"items": [1, 2], "total_count": 3})
    mock.get(ORDERS, json={"items": nothing, "total_count": 3})
    pages = client(2).pages("orders", BY_ID)
    assert next(pages) == Page([1, 2], 3)
    with pytest.raises(MagentoConnectionError) as caught:
        next(pages)
    assert (caught.value.code, caught.value.path) == ("page_missing", "orders")


def test_repeated_records_are_passed_on_and_end(mock):
    for _page in range(2):
        mock.get(ORDERS, json={"items": [1, 2], "total_count": 3})
    assert items(client(2).pages("orders", BY_ID)) == [1, 2, 1, 2]


@pytest.mark.parametrize(
    "body",
    [
        {"items": [1, 2], "total_count": "2"},
        {"items": {"1": 1, "3": 2}, "total_count": 2},
    ],
)
def test_a_list_as_php_may_write_it(mock, body):
    """Numbers as texts, and lists with gaps as objects."""
    mock.get(ORDERS, json=body)
    assert items(client(2).pages("orders", BY_ID)) == [1, 2]


def test_what_is_said_in_place_of_a_list(mock):
    """Magento 2.1 says with status 200 that it cannot give a list."""
    mock.get(ORDERS, json={"message": "Requested product doesn't exist"})
    with pytest.raises(MagentoConnectionError) as caught:
        items(client().pages("orders", BY_ID))
    assert caught.value.message == "Requested product doesn't exist"


@pytest.mark.parametrize(
    "body",
    [
        [],
        True,
        None,
        {},
        {"items": []},
        {"total_count": 0},
        {"items": {}, "total_count": 0},
        {"items": "", "total_count": 0},
        {"items": [], "total_count": None},
        {"items": [], "total_count": "no"},
        {"items": {"a": 1}, "total_count": 1},
        {"items": [], "total_count": False},
        {"items": [], "total_count": -1},
        {"items": [], "total_count": 0.5},
    ],
)
def test_an_answer_that_is_no_list(mock, body):
    mock.get(ORDERS, body=json.dumps(body))
    with pytest.raises(MagentoConnectionError) as caught:
        next(client().pages("orders", BY_ID))
    assert (caught.value.code, caught.value.method) == ("improper_answer", "GET")


@given(
    st.integers(0, 200),
    st.integers(10, 120),
    st.lists(st.integers(20, 120), min_size=1, max_size=5),
    st.integers(7, 120),
    st.booleans(),
)
def test_whatever_the_limits_nothing_is_skipped(total, size, limits, cap, says_size):
    """Limits that change while the list is read, the smallest ones last."""
    limits = sorted(limits, reverse=True)
    shop = Shop(total, cap, lambda n: limits[min(n, len(limits)) - 1], says_size)
    with responses.RequestsMock() as mock:
        mock.add_callback(responses.GET, ORDERS, shop)
        found = items(client(size).pages("orders", BY_ID))
    assert list(dict.fromkeys(found)) == list(range(total))
