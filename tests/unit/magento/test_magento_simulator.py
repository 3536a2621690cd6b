"""The simulated Magento: signing in, reading, searching, and the shop's own staff."""

import pytest
import requests
from freezegun import freeze_time
from requests_oauthlib import OAuth1
from simulators.magento import MagentoSimulator
from simulators.magento.search_criteria import InputLimits
from simulators.magento.seed import plant
from simulators.signed_session import SignedSession


@pytest.fixture
def shop():
    with MagentoSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(shop):
    with SignedSession(shop) as session:
        yield session


def _found(answer: dict) -> list[int]:
    return [one["entity_id"] for one in answer["items"] or ()]


def test_orders_are_listed_and_read(shop, client):
    for _number in range(3):
        shop.place_order([("SKU-001", 3)])
    found = client.search("/V1/orders", page_size=2)
    assert _found(found) == [1, 2]
    assert found["total_count"] == 3
    assert client.get("/V1/orders/3").json()["increment_id"] == "000000003"


def test_who_may_not_is_told_which_right_is_missing(shop, client):
    shop.rights.discard("Magento_Backend::store")
    answer = client.get("/V1/store/websites")
    assert answer.status_code == 401
    assert answer.json()["parameters"] == {"resources": "Magento_Backend::store"}


@pytest.mark.parametrize(
    "name", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"]
)
def test_every_key_matters(shop, name):
    keys = {
        key: getattr(shop, key)
        for key in (
            "consumer_key",
            "consumer_secret",
            "access_token",
            "access_token_secret",
        )
    }
    keys[name] = "wrong"
    auth = OAuth1(*keys.values(), signature_method="HMAC-SHA256")
    url = f"{shop.url}/rest/V1/store/websites"
    assert requests.get(url, auth=auth, timeout=10).status_code == 401


def test_a_signature_is_for_one_request_only(shop, client):
    request = client.get("/V1/store/websites").request
    headers = {"Authorization": request.headers["Authorization"]}
    assert requests.get(request.url, headers=headers, timeout=10).status_code == 401


def test_a_signature_is_for_its_query(shop, client):
    url = f"{shop.url}/rest/V1/orders?searchCriteria[page_size]=1"
    signed = requests.Request("GET", url, auth=client.auth).prepare()
    signed.url += "0"
    assert client.send(signed, timeout=10).status_code == 401


def test_a_clock_may_not_be_ahead(shop, client):
    with freeze_time("2026-11-21", tick=True) as time:
        url = f"{shop.url}/rest/V1/store/websites"
        early = requests.Request("GET", url, auth=client.auth).prepare()
        time.move_to("2026-11-20")
        assert client.send(early, timeout=10).status_code == 401
        time.move_to("2026-11-22")
        late = requests.Request("GET", url, auth=client.auth).prepare()
        time.move_to("2026-11-30")
        assert client.send(late, timeout=10).status_code == 200


def test_bearer_tokens_are_refused_until_they_are_allowed(shop):
    url = f"{shop.url}/rest/V1/store/websites"
    headers = {"Authorization": f"Bearer {shop.access_token}"}
    assert requests.get(url, headers=headers, timeout=10).status_code == 401
    shop.bearer_allowed = True
    assert requests.get(url, headers=headers, timeout=10).status_code == 200


def test_an_administrator_signs_in_and_may_everything(shop, client):
    shop.rights.clear()
    body = {"username": shop.sign_ins.username, "password": shop.sign_ins.password}
    token = client.post("/V1/integration/admin/token", json=body).json()
    answer = requests.get(
        f"{shop.url}/rest/V1/store/websites",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert answer.status_code == 200


def test_an_account_is_locked_after_six_failures(shop, client):
    body = {"username": shop.sign_ins.username, "password": "wrong"}
    for _number in range(6):
        client.post("/V1/integration/admin/token", json=body)
    body["password"] = shop.sign_ins.password
    answer = client.post("/V1/integration/admin/token", json=body)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "condition, value, ids",
    [
        ("eq", "20", [2]),
        ("eq", "20.00", [2]),
        ("neq", "20", [1, 3, 4]),
        ("gt", "20", [3, 4]),
        ("gteq", "20", [2, 3, 4]),
        ("lt", "20", [1]),
        ("lteq", "20", [1, 2]),
        ("from", "30", [3, 4]),
        ("to", "10", [1]),
        ("in", "10,30", [1, 3]),
        ("nin", "10,30", [2, 4]),
        ("null", "1", []),
        ("notnull", "1", [1, 2, 3, 4]),
        ("finset", "30", [3]),
        ("nonsense", "30", [3]),
    ],
)
def test_conditions(shop, client, condition, value, ids):
    for quantity in (1, 2, 3, 4):
        shop.place_order([("SKU-001", quantity)])
    assert _found(client.search("/V1/orders", subtotal=(condition, value))) == ids


def test_nothing_compares_with_what_is_not_there(shop, client):
    shop.place_order(coupon="TEN")
    shop.place_order()
    for condition, ids in (("neq", []), ("null", [2]), ("notnull", [1])):
        found = client.search("/V1/orders", coupon_code=(condition, "TEN"))
        assert _found(found) == ids


def test_like_knows_its_signs_and_no_case(shop, client):
    shop.place_order(customer={"email": "A.Bc@example.com"})
    shop.place_order(customer={"email": "axbc@example.com"})
    for pattern, ids in (("a.%", [1]), ("a_bc@%", [1, 2]), ("%bc", [])):
        found = client.search("/V1/orders", customer_email=("like", pattern))
        assert _found(found) == ids


def test_the_last_page_is_followed_by_empty_ones(shop, client):
    shop.place_many(5)
    pages = [
        _found(client.search("/V1/orders", page_size=2, current_page=page))
        for page in (1, 2, 3, 4)
    ]
    assert pages == [[1, 2], [3, 4], [5], []]


def test_fields_are_trimmed_deeply(shop, client):
    shop.place_order(["SKU-001", "SKU-002"])
    fields = "items[increment_id,items[sku],billing_address[city]],total_count"
    assert client.search("/V1/orders", fields=fields) == {
        "items": [
            {
                "increment_id": "000000001",
                "items": [{"sku": "SKU-001"}, {"sku": "SKU-002"}],
                "billing_address": {"city": "Paris"},
            }
        ],
        "total_count": 1,
    }


def test_input_limits_can_be_switched_on(shop, client):
    shop.place_many(3)
    shop.input_limits = InputLimits(maximum_page_size=2, default_page_size=1)
    assert _found(client.search("/V1/orders")) == [1]
    answer = client.get("/V1/orders", params={"searchCriteria[pageSize]": 3})
    assert answer.status_code == 400
    shop.input_limits = InputLimits(complex_array_limit=1)
    items = [{"order_item_id": number, "qty": 1} for number in (1, 2)]
    answer = client.post("/V1/order/1/invoice", json={"items": items})
    assert answer.status_code == 400


def test_requests_are_counted(shop, client):
    shop.place_order()
    client.get("/V1/orders/1")
    client.post("/V1/order/1/invoice", json={})
    assert shop.requests == [
        ("GET", "/rest/V1/orders/1", 200),
        ("POST", "/rest/V1/order/1/invoice", 200),
    ]
    assert shop.count("POST", r"/invoice$") == 1


def test_many_orders_are_all_different(shop, client):
    ids = shop.place_many(100, registered=True)
    assert list(ids) == list(range(1, 101))
    orders = client.search("/V1/orders")["items"]
    for name in ("increment_id", "customer_email", "customer_id", "updated_at"):
        assert len({order[name] for order in orders}) == 100
    items = [item["item_id"] for order in orders for item in order["items"]]
    assert items == list(range(1, 301))
    assert client.post("/V1/order/100/invoice", json={}).json() == "1"
    assert client.get("/V1/orders/100").json()["total_due"] == 0


def test_an_order_that_a_test_changes_is_answered_changed(shop, client):
    order = shop.place_order()
    client.search("/V1/orders")
    order["items"][0]["name"] = "New name"
    found = client.search("/V1/orders", fields="items[items[name]]")
    assert found["items"][0]["items"][0]["name"] == "New name"


def test_the_shop_edits_an_order(shop):
    old = shop.place_order(["SKU-001"], billing={"city": "Lyon"})
    new = shop.admin.edit(1, ["SKU-002"])
    assert old["state"] == "canceled"
    assert new["increment_id"] == "000000001-1"
    assert new["relation_parent_id"] == 1
    assert new["original_increment_id"] == "000000001"
    assert new["billing_address"]["city"] == "Lyon"
    assert shop.admin.edit(2, ["SKU-003"])["increment_id"] == "000000001-2"


def test_the_book_lists_all_comments(shop):
    shop.place_order()
    shop.admin.comment(1, "on the order")
    shop.admin.invoice(1, comment="on the invoice")
    shop.admin.ship(1, comment="on the shipment")
    shop.admin.refund(1, comment="on the credit memo")
    found = [(one["kind"], one["comment"]) for one in shop.book.comments]
    assert found == [
        ("order", "on the order"),
        ("order", "We refunded €17.00 offline."),
        ("invoice", "on the invoice"),
        ("shipment", "on the shipment"),
        ("creditmemo", "on the credit memo"),
    ]


def test_the_demonstration_shop_has_orders_in_every_state(shop, client):
    plant(shop)
    orders = client.search("/V1/orders")["items"]
    assert {order["state"] for order in orders} == set(shop.shop.statuses)
    types = {item["product_type"] for order in orders for item in order["items"]}
    assert types == {
        "bundle",
        "configurable",
        "downloadable",
        "grouped",
        "simple",
        "virtual",
    }


def test_a_shop_that_stopped_comes_back_with_its_orders(shop, client):
    shop.place_order()
    shop.stop()
    with pytest.raises(requests.ConnectionError):
        client.get("/V1/orders/1")
    shop.start()
    assert client.get("/V1/orders/1").status_code == 200


def test_a_reset_shop_begins_anew(shop, client):
    shop.place_order()
    shop.admin.invoice(1)
    shop.reset()
    assert client.search("/V1/orders")["total_count"] == 0
    assert shop.place_order()["increment_id"] == "000000001"
