"""The simulated Magento: signing in, reading, and what writing does to an order."""

import pytest
import requests
from requests_oauthlib import OAuth1
from simulators.magento import MagentoSimulator


class Client(requests.Session):
    """A client that signs as an integration does."""

    def __init__(self, shop: MagentoSimulator, method: str = "HMAC-SHA256"):
        super().__init__()
        self.shop = shop
        self.auth = OAuth1(
            shop.consumer_key,
            shop.consumer_secret,
            shop.access_token,
            shop.access_token_secret,
            signature_method=method,
        )

    def request(self, method, path, **options):
        """Send a request to a path below ``/rest``."""
        options.setdefault("timeout", 10)
        return super().request(method, f"{self.shop.url}/rest{path}", **options)


@pytest.fixture
def shop():
    with MagentoSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(shop):
    with Client(shop) as session:
        yield session


def test_orders_are_listed_and_read(shop, client):
    for _number in range(3):
        shop.place_order([("SKU-001", 3)])
    found = client.get("/V1/orders", params={"searchCriteria[page_size]": 2}).json()
    assert [order["entity_id"] for order in found["items"]] == [1, 2]
    assert found["total_count"] == 3
    assert client.get("/V1/orders/3").json()["increment_id"] == "000000003"


def test_an_invoice_pays_the_order(shop, client):
    order = shop.place_order([("SKU-001", 2)])
    answer = client.post("/V1/order/1/invoice", json={"items": []})
    assert answer.json() == "1"
    assert order["total_paid"] == order["grand_total"] == 34
    assert order["state"] == "processing"


def test_who_may_not_is_told_which_right_is_missing(shop, client):
    shop.rights.discard("Magento_Backend::store")
    answer = client.get("/V1/store/websites")
    assert answer.status_code == 401
    assert answer.json()["parameters"] == {"resources": "Magento_Backend::store"}
