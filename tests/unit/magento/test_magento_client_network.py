"""What the network does to a request: a server on loopback behaves badly on demand."""

import gzip
import json
import logging
import re
import socket
import time
import tracemalloc
from decimal import Decimal

import pytest
import requests
import responses
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st
from simulators.serving.peer import READ, RESET, WAIT, Peer, answer, running

from tools.http import transport
from tools.magento import (
    BearerAuth,
    MagentoClient,
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoSettingError,
    MagentoUnknownOutcome,
)
from tools.magento import client as client_module
from tools.magento.urls import is_path, path_of


def connect(url, **options):
    return MagentoClient(url, BearerAuth("hunter2"), **options)


def error_of(method, url, **options):
    """Return the error that a GET, POST or PUT ends with."""
    with connect(url, **options) as shop, pytest.raises(MagentoError) as caught:
        ask(shop, method)
    error = caught.value
    assert (error.method, error.path) == (method, "orders")
    assert "hunter2" not in f"{error} {error!r} {error.__cause__} {error.__cause__!r}"
    return error


def ask(shop, method):
    return {
        "GET": lambda: shop.get("orders"),
        "POST": lambda: shop.post("orders", {}),
        "PUT": lambda: shop.put("orders", {}),
    }[method]()


def meaning(error):
    return type(error), error.code, error.status


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


every_method = pytest.mark.parametrize("method", ["GET", "POST", "PUT"])


# What is sent


def test_what_is_sent_and_what_comes_back(serve):
    peer = serve([READ, answer('{"qty": 1.50}'), READ, answer('"15"')])
    with connect(peer.url + "/shop/rest/", store_code="fr") as shop:
        assert shop.get("orders", {"fields": "items[a b]"}) == {"qty": Decimal("1.50")}
        assert shop.post_for_id("/order/7/invoice", {"qty": Decimal("1.50")}) == "15"
        assert shop.requests_sent == 2
    assert peer.connections == 1
    [get, post] = peer.requests
    assert get[:2] == ("GET", "/shop/rest/fr/V1/orders?fields=items%5Ba%20b%5D")
    assert post[:2] == ("POST", "/shop/rest/fr/V1/order/7/invoice")
    assert json.loads(post[3]) == {"qty": 1.5}
    for _method, _path, headers, _body in (get, post):
        assert headers["Accept"] == headers["Content-Type"] == "application/json"
        assert headers["Authorization"] == "Bearer hunter2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1"), "1"),
        (Decimal("1.000"), "1"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.10"), "0.1"),
        (Decimal("-19.99"), "-19.99"),
        ("é", '"\\u00e9"'),
        ([], "[]"),
    ],
)
def test_bodies(serve, value, text):
    peer = serve([READ, answer("true")])
    with connect(peer.url) as shop:
        shop.put("x", {"value": value})
    assert peer.requests[0][3].decode() == f'{{"value": {text}}}'


@pytest.mark.parametrize("body", [{"at": object()}, {1, 2}, float("nan")])
def test_what_json_cannot_say_is_not_sent(body):
    shop = connect("http://127.0.0.1")
    with pytest.raises((TypeError, ValueError)):
        shop.post("orders", body)
    assert shop.requests_sent == 0


@pytest.mark.parametrize(("body", "found"), [('"15"', "15"), ("15", "15")])
def test_ids(serve, body, found):
    with connect(serve([READ, answer(body)]).url) as shop:
        assert shop.post_for_id("order/1/invoice", {}) == found


@pytest.mark.parametrize(
    "body",
    ["true", "false", "null", '""', "[]", '["15"]', '"abc"', '"15 "', '"٣"', "{}"]
    + ["0", '"0"', "-1", '"-1"', "15.0", '"015"', "1e3", '"15\\n"', "<html>", ""],
)
def test_what_is_no_id(serve, body):
    with (
        connect(serve([READ, answer(body)]).url) as shop,
        pytest.raises(MagentoUnknownOutcome) as caught,
    ):
        shop.post_for_id("order/1/invoice", {})
    assert (caught.value.code, caught.value.path) == (
        "improper_answer",
        "order/1/invoice",
    )


def test_one_line_is_logged_for_a_call(serve, caplog):
    caplog.set_level(logging.DEBUG, logger="tools.magento")
    peer = serve([READ, answer("[]"), READ, answer('{"message":"x"}', "404 Not Found")])
    with connect(peer.url) as shop:
        shop.get("orders", {"email": "jane@example.com"})
        with pytest.raises(MagentoError):
            shop.post("orders", {"email": "jane@example.com"})
    first, second = (record.getMessage() for record in caplog.records)
    assert re.fullmatch(r"GET orders: 200, \d+ ms", first)
    assert re.fullmatch(r"POST orders: not_found, \d+ ms", second)


# Nothing gets through


@every_method
def test_nobody_listens(method):
    error = error_of(method, f"http://127.0.0.1:{closed_port()}")
    assert meaning(error) == (MagentoConnectionError, "refused", None)


@every_method
def test_a_name_that_nobody_has(monkeypatch, method):
    def no_name(*_arguments, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    error = error_of(method, "http://shop.invalid")
    assert meaning(error) == (MagentoConnectionError, "name_not_found", None)


@every_method
@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (TimeoutError("timed out"), "connect_timeout"),
        (OSError(113, "No route to host"), "unreachable"),
        (urllib3.exceptions.LocationParseError("label too long"), "unreachable"),
    ],
)
def test_no_way_to_the_server(monkeypatch, method, failure, code):
    def no_way(*_arguments, **_options):
        raise failure

    monkeypatch.setattr(urllib3.util.connection, "create_connection", no_way)
    error = error_of(method, "https://shop.invalid")
    assert meaning(error) == (MagentoConnectionError, code, None)


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (requests.ConnectTimeout(), MagentoConnectionError, "connect_timeout"),
        (requests.ReadTimeout(), MagentoUnknownOutcome, "read_timeout"),
        (requests.ConnectionError(), MagentoUnknownOutcome, "hung_up"),
        (requests.exceptions.SSLError(), MagentoUnknownOutcome, "hung_up"),
    ],
)
def test_failures_that_do_not_tell_where_they_come_from(failure, kind, code):
    """Without a proof that nothing was sent, it may have been."""
    with responses.RequestsMock() as mock:
        mock.post("http://shop.example/rest/V1/orders", body=failure)
        error = error_of("POST", "http://shop.example")
    assert meaning(error) == (kind, code, None)


@every_method
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(monkeypatch, method, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("no_proxy", "")
    error = error_of(method, f"{scheme}://shop.invalid")
    assert meaning(error) == (MagentoConnectionError, "refused", None)


@pytest.mark.parametrize("proxy", ["http://", "gopher://x", "socks5://x"])
def test_a_proxy_that_makes_no_sense(monkeypatch, proxy):
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    error = error_of("POST", "http://shop.invalid")
    assert meaning(error) == (MagentoConnectionError, "unreachable", None)


@every_method
def test_a_proxy_that_lets_nobody_through(serve, monkeypatch, method):
    peer = serve([READ, answer("", "407 Proxy Authentication Required")])
    monkeypatch.setenv("https_proxy", peer.url)
    monkeypatch.setenv("no_proxy", "")
    error = error_of(method, "https://shop.invalid")
    assert meaning(error) == (MagentoConnectionError, "unreachable", None)
    assert peer.requests[0][0] == "CONNECT"


# Certificates


@every_method
def test_a_certificate_that_nobody_vouches_for(serve, certificate, method):
    peer = serve([READ, answer("{}")], tls=certificate[0])
    error = error_of(method, peer.url)
    assert meaning(error) == (MagentoConnectionError, "certificate", None)
    assert not peer.requests


@every_method
def test_an_own_certificate(serve, certificate, monkeypatch, method):
    context, ca_pem = certificate
    peer = serve([READ, answer("{}")], tls=context)
    # The connection's own certificate counts, not the file of the environment.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    with connect(peer.url, ca_certificate=ca_pem) as shop:
        assert ask(shop, method) == {}


def test_authorities_that_are_not_there(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    error = error_of("POST", "https://127.0.0.1:9")
    assert meaning(error) == (MagentoConnectionError, "certificate", None)


def test_a_certificate_of_another_host(serve, certificate):
    context, ca_pem = certificate
    peer = serve([READ, answer("{}")], tls=context)
    error = error_of(
        "POST", peer.url.replace("127.0.0.1", "localhost"), ca_certificate=ca_pem
    )
    assert meaning(error) == (MagentoConnectionError, "certificate", None)


def test_a_certificate_of_its_own_is_all_that_is_trusted(serve, certificate):
    """An own authority takes the place of the system's."""
    context, ca_pem = certificate
    peer = serve([READ, answer("{}")], tls=context)
    with connect(peer.url, ca_certificate=ca_pem) as shop:
        assert shop.get("orders") == {}
        adapter = shop._session.get_adapter("https://x")
        assert len(adapter._context.get_ca_certs()) == 1


def test_certificates_that_are_none(serve, certificate):
    for content in ("Hello", "-----BEGIN CERTIFICATE-----\nx", "é"):
        with pytest.raises(MagentoSettingError) as caught:
            connect("https://127.0.0.1", ca_certificate=content)
        assert caught.value.code == "ca_certificate_invalid"


@every_method
@pytest.mark.parametrize(
    "script", [[], [RESET], [b"HTTP/1.1 400 Bad Request\r\n\r\n"], [WAIT]], ids=repr
)
def test_nothing_was_sent_while_tls_was_being_agreed(serve, method, script):
    peer = serve(script)
    seconds, code = (
        (0.05, "connect_timeout") if script == [WAIT] else (10, "unreachable")
    )
    url = peer.url.replace("http", "https")
    error = error_of(method, url, connect_timeout=seconds)
    assert meaning(error) == (MagentoConnectionError, code, None)


@pytest.mark.parametrize("last", [[], [RESET]], ids=repr)
def test_tls_that_ends_after_the_request(serve, certificate, last):
    context, ca_pem = certificate
    peer = serve([READ, *last], tls=context)
    error = error_of("POST", peer.url, ca_certificate=ca_pem)
    assert meaning(error) == (MagentoUnknownOutcome, "hung_up", None)


# Sent, but no proper answer

NO_ANSWER = {
    "closed": [],
    "reset": [RESET],
    "half a status line": [b"HTTP/1.1 20"],
    "no HTTP": [b"SSH-2.0-OpenSSH_9.6\r\n"],
    "too many headers": [b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"],
    "half a body": [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n15"],
    "half a body, reset": [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n15", RESET],
    "half a chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n15"],
    "no chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n15\r\n"],
    "no gzip": [answer("15", "200 OK", "Content-Encoding: gzip")],
}


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("ending", NO_ANSWER.values(), ids=NO_ANSWER)
def test_what_changes_something_is_never_sent_again(serve, method, ending):
    peer = serve([READ, *ending])
    error = error_of(method, peer.url)
    assert meaning(error) == (MagentoUnknownOutcome, "hung_up", None)
    assert (peer.connections, len(peer.requests)) == (1, 1)


@pytest.mark.parametrize("ending", NO_ANSWER.values(), ids=NO_ANSWER)
def test_a_get_without_an_answer_is_a_matter_of_the_connection(serve, ending):
    peer = serve([READ, *ending])
    error = error_of("GET", peer.url)
    assert meaning(error) == (MagentoConnectionError, "hung_up", None)
    assert peer.connections == 2


@pytest.mark.parametrize("ending", NO_ANSWER.values(), ids=NO_ANSWER)
def test_a_get_is_sent_once_more(serve, ending):
    peer = serve([READ, *ending], [READ, answer("[]")])
    with connect(peer.url) as shop:
        assert shop.get("orders") == []
        assert shop.requests_sent == 2


@pytest.mark.parametrize("ending", [[], [RESET]], ids=repr)
def test_a_kept_connection_that_closes_under_a_get(serve, ending):
    peer = serve([READ, answer("1"), READ, *ending], [READ, answer("2")])
    with connect(peer.url) as shop:
        assert [shop.get("orders"), shop.get("orders")] == [1, 2]
    assert len(peer.requests) == 3


@pytest.mark.parametrize("ending", [[], [RESET]], ids=repr)
def test_a_kept_connection_that_closes_under_a_post(serve, ending):
    peer = serve([READ, answer("1"), READ, *ending], [READ, answer("2")])
    with connect(peer.url) as shop:
        shop.get("orders")
        with pytest.raises(MagentoUnknownOutcome) as caught:
            shop.post("orders", {})
    assert caught.value.code == "hung_up"
    assert len(peer.requests) == 2


@pytest.mark.parametrize(
    "beginning", [[], [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n15"]], ids=repr
)
def test_a_server_that_falls_silent(serve, beginning):
    peer = serve([READ, *beginning, WAIT])
    for method, kind in (
        ("GET", MagentoConnectionError),
        ("POST", MagentoUnknownOutcome),
    ):
        error = error_of(method, peer.url, read_timeout=0.05)
        assert meaning(error) == (kind, "read_timeout", None)
    assert peer.connections == 2


def test_a_failure_is_not_mistaken_for_an_earlier_one(serve):
    """Python chains what fails in an ``except`` to what is handled there."""
    peer = serve([READ])
    with connect(f"http://127.0.0.1:{closed_port()}") as nowhere:
        try:
            nowhere.get("orders")
        except MagentoConnectionError:
            error = error_of("POST", peer.url)
    assert meaning(error) == (MagentoUnknownOutcome, "hung_up", None)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_answer_that_is_too_large(serve, monkeypatch, encoding):
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 100_000)
    body = b'"%s"' % (b"x" * 200_000)
    body = gzip.compress(body) if encoding == "gzip" else body
    peer = serve([READ, answer(body, "200 OK", f"Content-Encoding: {encoding}")])
    error = error_of("GET", peer.url)
    assert meaning(error) == (MagentoConnectionError, "answer_too_large", None)
    error = error_of("POST", peer.url)
    assert meaning(error) == (MagentoUnknownOutcome, "answer_too_large", None)


def test_an_answer_that_is_too_large_is_not_read_to_its_end(serve, monkeypatch):
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 100_000)
    beginning = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 200_000
    peer = serve([READ, beginning, WAIT])
    assert error_of("GET", peer.url, read_timeout=5).code == "answer_too_large"


@every_method
def test_a_large_answer(serve, method):
    texts = ["x" * 50_000] * 20
    compressed = gzip.compress(json.dumps(texts).encode())
    peer = serve([READ, answer(compressed, "200 OK", "Content-Encoding: gzip")])
    with connect(peer.url) as shop:
        assert ask(shop, method) == texts
    assert peer.requests[0][2]["Accept-Encoding"] == "gzip"


def bomb(times):
    """Return twenty megabytes of JSON, compressed so many times."""
    content = b'"%s"' % (b"x" * 20_000_000)
    for _time in range(times):
        content = gzip.compress(content)
    return content


@every_method
@pytest.mark.parametrize("times", [2, 3])
def test_an_answer_that_is_compressed_twice(serve, method, times):
    """Some hundred bytes would become gigabytes."""
    encodings = "Content-Encoding: " + ", ".join(["gzip"] * times)
    peer = serve([READ, answer(bomb(times), "200 OK", encodings)])
    assert error_of(method, peer.url).code == "improper_answer"


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "x", "gzip;q=1"])
def test_an_encoding_that_nobody_asked_for(serve, encoding):
    peer = serve([READ, answer("{}", "200 OK", f"Content-Encoding: {encoding}")])
    assert error_of("GET", peer.url).code == "improper_answer"


def test_unpacking_stops_at_the_bound(serve):
    """What is too large is not unpacked to its end, nor what follows it read."""
    peer = serve([READ, answer(bomb(1), "200 OK", "Content-Encoding: gzip")])
    before = time.process_time()
    tracemalloc.start()
    error = error_of("GET", peer.url)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code == "answer_too_large"
    assert most < 80_000_000
    assert time.process_time() - before < 5


def test_garbage_after_the_end_of_gzip(serve):
    content = gzip.compress(b"[]") + b"x" * 100_000
    peer = serve([READ, answer(content, "200 OK", "Content-Encoding: gzip")])
    with connect(peer.url) as shop:
        assert shop.get("orders") == []


def test_gzip_that_breaks_off(serve):
    content = gzip.compress(b"[1, 2, 3]")[:-9]
    peer = serve([READ, answer(content, "200 OK", "Content-Encoding: gzip")])
    assert error_of("GET", peer.url).code == "hung_up"


@every_method
@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"], ids=repr
)
def test_a_byte_now_and_then(serve, method, beginning):
    """The time-out begins anew with each byte; the deadline does not."""
    bytes_now_and_then = [b"H" for _number in range(200)]
    peer = serve([READ, beginning, *bytes_now_and_then], pause=0.05)
    started = time.monotonic()
    error = error_of(method, peer.url, read_timeout=0.3)
    assert error.code == "read_timeout"
    assert time.monotonic() - started < 0.3 * transport.SILENCES_PER_ANSWER + 1


def test_a_kept_connection_has_its_time_anew(serve):
    script = [READ, answer("1"), READ, answer("2")]
    peer = serve(script, pause=0.2)
    with connect(peer.url, read_timeout=0.3) as shop:
        assert [shop.get("orders"), shop.get("orders")] == [1, 2]
    assert peer.connections == 1


def test_more_values_than_memory_is_spent_on(serve, monkeypatch):
    peer = serve([READ, answer("[" + "{}," * 1_000_001 + "{}]")])
    assert error_of("GET", peer.url).code == "answer_too_large"


# Paths


@every_method
@pytest.mark.parametrize(
    "path",
    ["1/hold?", "../x", "orders/../../admin", "orders/%2e%2e/x", "orders//x", "a b"]
    + ["orders/1%2Fhold", "orders/1?x", "orders/1#x", "orders/1%3Fx", "orders/é"]
    + ["orders/1\\x", "orders/1%5Cx", "orders/1%00", "orders/%", "", "/", "orders/"]
    + ["http://other/x", "//other/x", "orders/1\r\nHost: x", "orders/.", "a;b"],
)
def test_what_is_no_path_is_not_sent(method, path):
    with connect("http://127.0.0.1:9") as shop, pytest.raises(MagentoError) as caught:
        {"GET": shop.get, "POST": shop.post, "PUT": shop.put}[method](
            path, *({},) * (method != "GET")
        )
    assert (type(caught.value), caught.value.code) == (
        MagentoDocumentError,
        "path_invalid",
    )
    assert shop.requests_sent == 0


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("order", "12", "ship"), "order/12/ship"),
        (("orders", "1/hold?", "cancel"), "orders/1%2Fhold%3F/cancel"),
        (("orders", "..", "cancel"), "orders/../cancel"),
    ],
)
def test_paths_of_ids(parts, path):
    assert path_of(*parts) == path
    assert is_path(path) == (path == "order/12/ship")


def test_the_paths_that_are_used():
    for path in ("orders", "/orders/12", "store/websites", "products/SKU%20%C3%A9.1~x"):
        assert is_path(path)


# Redirects


@every_method
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("session", [None, requests.Session()])
def test_a_redirect_is_not_followed(serve, method, status, session):
    other = serve([READ, answer("{}")])
    location = other.url.replace("://", "://me:secret@") + "/x?token=secret"
    peer = serve([READ, answer("", f"{status} Moved", f"Location: {location}")])
    error = error_of(method, peer.url, session=session)
    assert meaning(error) == (MagentoConnectionError, "redirected", status)
    assert error.location == other.url
    assert "secret" not in f"{error} {vars(error)}"
    assert (len(peer.requests), other.connections) == (1, 0)


@pytest.mark.parametrize("location", [b"http://[", b"\xff\xfe", b"http://x:y/", b"//"])
def test_a_redirect_to_nowhere(serve, location):
    peer = serve(
        [
            READ,
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
            % location,
        ]
    )
    error = error_of("POST", peer.url)
    assert meaning(error) == (MagentoConnectionError, "redirected", 302)


# Anything at all


@given(st.sampled_from(["GET", "POST"]), st.binary(), st.booleans())
@example("POST", b"", True)
@example("POST", b"\xef\xbb\xbf15", True)
@example("POST", b"HTTP/1.1 200 OK\r\nContent-", False)
@example("GET", b"HTTP/1.1 100 Continue\r\n\r\n", False)
@example("GET", b"HTTP/1.1 999 \xff\r\n\r\n", False)
@example("GET", b"HTTP/1.1 200\r\nContent-Length: x\r\n\r\n1", False)
@example("GET", b"HTTP/1.1 200\r\nContent-Length: 1, 2\r\n\r\n1", False)
@example("GET", b"HTTP/1.1 200\r\nContent-Encoding: br, x\r\n\r\n1", False)
@example("GET", b"HTTP/1.1 200\r\nSet-Cookie: \xff=\x00; expires=x\r\n\r\n1", False)
def test_whatever_the_server_sends(method, content, is_body):
    script = [READ, answer(content) if is_body else content]
    with running(Peer(script)) as peer, connect(peer.url) as shop:
        try:
            ask(shop, method)
        except MagentoError as error:
            assert (error.scope == "unknown") <= (method == "POST")
