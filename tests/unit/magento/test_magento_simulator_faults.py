"""The simulated Magento: faults on demand."""

import socket
from urllib.parse import urlsplit

import pytest
import requests
from simulators.magento import MagentoSimulator
from simulators.signed_session import SignedSession

LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def shop():
    with MagentoSimulator() as simulator:
        simulator.place_order([("SKU-001", 5)])
        yield simulator


@pytest.fixture
def client(shop):
    with SignedSession(shop) as session:
        yield session


def _invoice(client, **options):
    body = {"items": [{"order_item_id": 1, "qty": 1}]}
    return client.post("/V1/order/1/invoice", json=body, **options)


@pytest.mark.parametrize(
    "kind, invoices", [("hang_up", 0), ("hang_up_after", 1), ("finish_later", 0)]
)
def test_a_connection_that_breaks(shop, client, kind, invoices):
    shop.faults.add(kind, method="POST", path=r"/invoice$", times=1)
    with pytest.raises(LOST):
        _invoice(client)
    assert len(shop.book.invoices) == invoices
    assert shop.requests[-1] == ("POST", "/rest/V1/order/1/invoice", 0)
    assert _invoice(client).status_code == 200


def test_work_that_is_finished_later(shop, client):
    shop.faults.add("finish_later", times=1)
    with pytest.raises(LOST):
        _invoice(client)
    assert shop.faults.finish() == 1
    assert len(shop.book.invoices) == 1


@pytest.mark.parametrize(
    "kind, invoices", [("read_timeout", 0), ("read_timeout_after", 1)]
)
def test_an_answer_that_does_not_come(shop, client, kind, invoices):
    shop.faults.add(kind, times=1)
    with pytest.raises(requests.ReadTimeout):
        _invoice(client, timeout=0.1)
    assert len(shop.book.invoices) == invoices


@pytest.mark.parametrize(
    "kind, status, invoices",
    [
        ("slow", 200, 1),
        ("unauthorized", 401, 0),
        ("too_many_requests", 429, 0),
        ("internal_error", 500, 0),
        ("internal_error_after", 500, 1),
        ("maintenance", 503, 0),
        ("html_page", 200, 0),
        ("redirect", 302, 0),
    ],
)
def test_an_answer_of_another_kind(shop, client, kind, status, invoices):
    shop.faults.add(kind, times=1, seconds=0.01)
    assert _invoice(client, allow_redirects=False).status_code == status
    assert len(shop.book.invoices) == invoices


def test_options_of_faults(shop, client):
    shop.faults.add("too_many_requests", times=1, retry_after=7)
    assert _invoice(client).headers["Retry-After"] == "7"
    shop.faults.add("unauthorized", times=1, resource="Magento_Sales::invoice")
    assert _invoice(client).json()["parameters"]["resources"].endswith("invoice")
    shop.faults.add("wrong_type", times=1, value="null")
    assert _invoice(client).json() is None


def test_json_that_is_none(shop, client):
    shop.faults.add("garbage", times=1)
    with pytest.raises(requests.JSONDecodeError):
        _invoice(client).json()


def test_half_an_answer(shop, client):
    shop.faults.add("half_answer", times=1)
    with pytest.raises(LOST):
        client.get("/V1/orders/1")


def test_a_page_that_is_repeated(shop, client):
    shop.place_order()
    shop.faults.add("duplicate_page", path="current_page.=2")
    pages = [
        client.search("/V1/orders", page_size=1, current_page=page) for page in (1, 2)
    ]
    assert [page["items"][0]["entity_id"] for page in pages] == [1, 1]
    assert pages[1]["search_criteria"]["current_page"] == 2


def test_faults_befall_only_what_they_are_for(shop, client):
    shop.faults.add("internal_error", method="POST", path="/ship$", times=2)
    assert _invoice(client).status_code == 200
    answers = [client.post("/V1/order/1/ship", json={}) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert [one.kind for one in shop.faults.log] == ["internal_error"] * 2


def test_chance_is_repeatable(shop, client):
    def statuses():
        shop.faults.clear()
        shop.faults.random(0.5, ["internal_error", "maintenance"], seed=7)
        return [client.get("/V1/orders/1").status_code for _number in range(60)]

    found = statuses()
    assert set(found) == {200, 500, 503}
    assert 15 < found.count(200) < 45
    assert statuses() == found


def test_a_kind_that_there_is_not(shop):
    with pytest.raises(ValueError):
        shop.faults.add("earthquake")


def test_a_request_that_breaks_off_is_dropped(shop, client):
    url = f"{shop.url}/rest/V1/order/1/invoice"
    request = client.prepare_request(requests.Request("POST", url))
    request.headers["Content-Length"] = "100"
    head = "".join(
        f"{name}: {text(value)}\r\n" for name, value in request.headers.items()
    )
    place = urlsplit(shop.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(f"POST {request.path_url} HTTP/1.1\r\n{head}\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000) == b""
    assert not shop.book.invoices


def text(value):
    return value.decode() if isinstance(value, bytes) else value
