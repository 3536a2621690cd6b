"""The address of a shop, as people type it in."""

import pytest

from tools.magento import BearerAuth, MagentoClient, MagentoSettingError
from tools.magento.urls import api_root, normalise_base_url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://x.com", "https://x.com"),
        ("  https://x.com/ \n", "https://x.com"),
        ("https://x.com//", "https://x.com"),
        ("https://x.com/shop/", "https://x.com/shop"),
        ("https://x.com/rest", "https://x.com"),
        ("https://x.com/rest/", "https://x.com"),
        ("https://x.com/rest/V1", "https://x.com"),
        ("https://x.com/rest/V1/", "https://x.com"),
        ("https://x.com/rest/all/V1", "https://x.com"),
        ("https://x.com/index.php", "https://x.com"),
        ("https://x.com/index.php/rest/default/V1/", "https://x.com"),
        ("https://x.com/shop/index.php/rest", "https://x.com/shop"),
        ("https://x.com/REST/v1", "https://x.com"),
        ("https://x.com/interest", "https://x.com/interest"),
        ("https://x.com/rest/shop", "https://x.com/rest/shop"),
        ("HTTPS://X.com:8443", "https://X.com:8443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://café.example/", "https://café.example"),
    ],
)
def test_addresses(typed, url):
    assert normalise_base_url(typed) == url


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "scheme"),
        (None, "scheme"),
        ("x.com", "scheme"),
        ("//x.com", "scheme"),
        ("ftp://x.com", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https://", "host"),
        ("https:///rest", "host"),
        ("https://:8080", "host"),
        ("https://x.com:port", "host"),
        ("https://x.com:99999", "host"),
        ("https://[::1", "host"),
        ("https://x .com", "host"),
        ("https://x.com/a b", "host"),
        ("https://x\t.com", "host"),
        ("https://x.com\\@y.com", "host"),
        ("https://*.com", "host"),
        (f"https://x.com/{'a' * 2_000}", "host"),
        ("https://me:hunter2@x.com", "credentials"),
        ("https://me@x.com", "credentials"),
        ("https://@x.com", "credentials"),
        ("https://x.com/?key=hunter2", "query"),
        ("https://x.com/#hunter2", "query"),
        ("https://x.com/?", "query"),
    ],
)
def test_refused_addresses(typed, reason):
    with pytest.raises(MagentoSettingError) as caught:
        normalise_base_url(typed)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.code, caught.value.reason) == ("url_invalid", reason)
    assert "hunter2" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    ("prefix", "store", "root"),
    [
        ("rest", "", "https://x.com/shop/rest/V1/"),
        ("/rest/", "", "https://x.com/shop/rest/V1/"),
        ("rest", "fr", "https://x.com/shop/rest/fr/V1/"),
        ("index.php/rest", "", "https://x.com/shop/index.php/rest/V1/"),
        ("", "", "https://x.com/shop/V1/"),
        ("rest", " a/../b ", "https://x.com/shop/rest/a%2F..%2Fb/V1/"),
    ],
)
def test_api_root(prefix, store, root):
    assert api_root("https://x.com/shop/", prefix, store) == root


def test_a_client_says_where_it_asks_and_no_more():
    client = MagentoClient("https://x.com", BearerAuth("hunter2"), store_code="fr")
    assert repr(client) == "MagentoClient('https://x.com/rest/fr/V1/')"
