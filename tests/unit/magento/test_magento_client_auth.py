"""Signing in: what is sent, and that no secret is ever written down."""

import json
import logging
from pathlib import Path

import pytest
import requests
import responses
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint
from simulators.magento import MagentoSimulator

from tools.magento import (
    BearerAuth,
    Filter,
    MagentoClient,
    MagentoError,
    MagentoSettingError,
    OAuth1,
    SearchCriteria,
)

KEYS = {
    "consumer_key": "consumerkey0123456789consumerkey",
    "consumer_secret": "consumersecret0123456789consumer",
    "access_token": "accesstoken0123456789accesstoken",
    "access_token_secret": "tokensecret0123456789tokensecret",
}
SHOP = "http://shop.example"
CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"
ORDERS = f"{SHOP}/rest/V1/orders"


class Shop(RequestValidator):
    """Checks signatures as a server does."""

    enforce_ssl = False
    client_key_length = access_token_length = nonce_length = (8, 64)
    allowed_signature_methods = ("HMAC-SHA256",)

    def __init__(self):
        super().__init__()
        self.nonces = set()

    def validate_timestamp_and_nonce(
        self,
        client_key,
        timestamp,
        nonce,
        request,
        request_token=None,
        access_token=None,
    ):
        is_new = (timestamp, nonce) not in self.nonces
        self.nonces.add((timestamp, nonce))
        return is_new

    def validate_client_key(self, client_key, request):
        return client_key == KEYS["consumer_key"]

    def get_client_secret(self, client_key, request):
        return KEYS["consumer_secret"]

    def get_access_token_secret(self, client_key, token, request):
        return KEYS["access_token_secret"] if token == KEYS["access_token"] else "no"


def is_signed(request, shop=None):
    """Tell whether the signature fits what was sent, by oauthlib's own verification."""
    headers = {"Authorization": request.headers["Authorization"]}
    endpoint = SignatureOnlyEndpoint(shop or Shop())
    valid, _request = endpoint.validate_request(
        request.url, request.method, None, headers
    )
    return valid


@pytest.fixture
def shop():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def signed_client():
    with MagentoClient(SHOP, OAuth1(**KEYS)) as client:
        yield client


@pytest.mark.parametrize(
    "criteria",
    [
        SearchCriteria(),
        SearchCriteria().on_page(1, 20),
        SearchCriteria().where("increment_id", "in", ["000000001", "B2B 2"]),
        SearchCriteria().where("customer_email", "like", "%é€😀+&=;/?#~'%"),
        SearchCriteria()
        .where_any(Filter("a", "eq", "x y"), Filter("a", "null"))
        .sorted_by("entity_id"),
    ],
)
def test_the_query_is_signed(shop, signed_client, criteria):
    shop.get(ORDERS, json={})
    signed_client.get("orders", criteria.parameters("items[entity_id],total_count"))
    [call] = shop.calls
    assert is_signed(call.request)
    assert (
        'oauth_signature_method="HMAC-SHA256"' in call.request.headers["Authorization"]
    )
    call.request.url += "&x=1"
    assert not is_signed(call.request)


@settings(max_examples=50, deadline=None)
@example(value=" +%2B &=/?#~'é€😀")
@given(value=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_query_is_signed_as_magento_reads_it(value):
    """Magento's decoding takes a plus sign for one, and so does the simulator's."""
    with MagentoSimulator() as shop:
        keys = [getattr(shop, name) for name in KEYS]
        with MagentoClient(shop.url, OAuth1(*keys)) as client:
            criteria = SearchCriteria().where("customer_email", "eq", value)
            client.get("orders", criteria.parameters("total_count"))


def test_the_simulator_refuses_what_magento_refused():
    """A library that signs a plus sign as a space is refused for it."""
    recorded = json.loads((CASES / "oauth1_space_in_query.json").read_text())
    with MagentoSimulator() as shop:
        keys = [getattr(shop, name) for name in KEYS]
        for case in recorded:
            if case["auth"] != "oauth1":
                continue
            url = case["url"].replace("http://shop.example", shop.url)
            answer = requests.get(url, auth=OAuth1(*keys), timeout=10)
            assert answer.status_code == case["status"]


def test_a_space_in_a_query_is_not_a_plus(shop, signed_client):
    """As in the recording: “2020-01-01+00:00:00” is refused, “%20” is not."""
    shop.get(ORDERS, json={})
    since = SearchCriteria().where("created_at", "gteq", "2020-01-01 00:00:00")
    signed_client.get("orders", since.parameters())
    [call] = shop.calls
    assert "2020-01-01%2000%3A00%3A00" in call.request.url
    assert "+" not in call.request.url


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_json_body_is_not_signed(shop, signed_client, method):
    body = {"items": [{"order_item_id": 12, "qty": 1}], "comment": "é = & %"}
    shop.add(method.upper(), ORDERS, json=True)
    getattr(signed_client, method)("orders", body)
    [call] = shop.calls
    assert is_signed(call.request)
    assert json.loads(call.request.body) == body
    assert call.request.headers["Content-Type"] == "application/json"


def test_every_request_has_its_own_nonce(shop, signed_client):
    shop.get(ORDERS, json={})
    for _time in range(3):
        signed_client.get("orders")
    server = Shop()
    assert all(is_signed(call.request, server) for call in shop.calls)
    assert not is_signed(shop.calls[0].request, server)


def test_bearer(shop):
    shop.get(ORDERS, json={})
    MagentoClient(SHOP, BearerAuth(" token \n")).get("orders")
    assert shop.calls[0].request.headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize("auth", [BearerAuth("token"), OAuth1(**KEYS)], ids=repr)
def test_a_netrc_does_not_replace_the_sign_in(shop, tmp_path, monkeypatch, auth):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine shop.example login me password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    shop.get(ORDERS, json={})
    MagentoClient(SHOP, auth).get("orders")
    assert (
        shop.calls[0].request.headers["Authorization"].startswith(("Bearer", "OAuth"))
    )


@pytest.mark.parametrize("bad", ["", " ", None, "a b", "tok\nen", "tokén", "tok\x00en"])
def test_what_cannot_be_a_credential(bad):
    with pytest.raises(MagentoSettingError) as caught:
        BearerAuth(bad)
    assert str(caught.value) == "credential_invalid"
    for name in KEYS:
        with pytest.raises(MagentoSettingError):
            OAuth1(**(KEYS | {name: bad}))


@pytest.mark.parametrize(
    "auth", [BearerAuth(KEYS["access_token"]), OAuth1(**KEYS)], ids=["bearer", "oauth"]
)
def test_no_secret_is_written_down(shop, caplog, auth):
    caplog.set_level(logging.DEBUG)
    client = MagentoClient(SHOP, auth)
    shop.get(ORDERS, json={"message": "No."}, status=401)
    shop.post(ORDERS, body=ConnectionResetError("reset"))
    written = [repr(auth), str(auth), repr(client), str(client)]
    with pytest.raises(MagentoError) as unauthorized:
        client.get("orders", {"email": "jane@example.com"})
    with pytest.raises(MagentoError) as unknown:
        client.post("orders", {"email": "jane@example.com"})
    for caught in (unauthorized, unknown):
        error = caught.value
        while error is not None:
            written += [str(error), repr(error), repr(error.args)]
            error = error.__cause__ or error.__context__
    signature = shop.calls[0].request.headers["Authorization"]
    text = "\n".join([caplog.text, *written])
    assert "GET orders: unauthorized" in text
    for secret in (*KEYS.values(), signature, "jane@"):
        assert secret not in text
