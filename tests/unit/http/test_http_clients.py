"""What a hostile server does to each of the clients, and what they keep from it."""

import contextlib
import gzip
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from simulators.serving.peer import READ, WAIT, Peer, answer, running

from tools.coopcycle.api import CoopcycleClient, UserSignIn
from tools.http.client import Client
from tools.http.errors import RequestError
from tools.llm import LlmClient
from tools.magento import BearerAuth, MagentoClient

SECRET = "hunter2"


@dataclass(frozen=True)
class Kind:
    """A client, and a request that it makes.

    :param greeting: what the server does before it comes to the request
    """

    connect: Callable[..., Client]
    ask: Callable[[Client], object]
    greeting: tuple = ()

    def scripts(self, *steps):
        """Return what the server does with the first connection, and with others."""
        return [*self.greeting, READ, *steps], [READ, *steps]


def connect_magento(url, seconds=5):
    return MagentoClient(url, BearerAuth(SECRET), read_timeout=seconds)


def connect_coopcycle(url, seconds=5):
    return CoopcycleClient(url, UserSignIn("admin", SECRET), read_timeout=seconds)


def connect_llm(url, seconds=5):
    return LlmClient(url, SECRET, timeout=seconds)


SIGNED_IN = (READ, answer(f'{{"token": "{SECRET}"}}'))
KINDS = {
    "magento": Kind(connect_magento, lambda client: client.post("orders", {})),
    "coopcycle": Kind(connect_coopcycle, lambda client: client.get("me"), SIGNED_IN),
    "export": Kind(
        connect_coopcycle, lambda client: client.export("export", (), "id"), SIGNED_IN
    ),
    "signing in": Kind(connect_coopcycle, lambda client: client.get("me")),
    "llm": Kind(connect_llm, lambda client: client.ask({"model": "m"})),
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def error_of(kind, url, **options):
    """Return the error that the request ends with."""
    with kind.connect(url, **options) as client:
        with pytest.raises(RequestError) as caught:
            kind.ask(client)
        error = caught.value
        assert SECRET not in f"{error} {error!r} {vars(error)} {client!r}"
    return error


# The answer


@every_kind
@pytest.mark.parametrize("size", ["-1", "-5", "-0xfffff"])
def test_a_part_of_a_size_below_zero(serve, kind, size):
    """It would be read to its end, which may be gigabytes away."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    peer = serve(*kind.scripts(head + size.encode() + b"\r\n" + b"x" * 9_999, WAIT))
    assert error_of(kind, peer.url).code == "hung_up"


@every_kind
def test_a_byte_now_and_then(serve, kind):
    """The time-out begins anew with each byte; the deadline does not."""
    bytes_now_and_then = [bytes([each]) for each in answer("{}")]
    peer = serve(*kind.scripts(*bytes_now_and_then), pause=0.03)
    assert error_of(kind, peer.url, seconds=0.2).code == "read_timeout"


@every_kind
def test_a_kilobyte_that_is_twenty_megabytes(serve, kind):
    content = gzip.compress(b'"%s"' % (b"x" * 20_000_000))
    bomb = answer(content, "200 OK", "Content-Encoding: gzip", "Content-Type: text/csv")
    assert error_of(kind, serve(*kind.scripts(bomb)).url).code == "answer_too_large"


@every_kind
@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"a":' * 20_000, '{"a": %s}' % ("9" * 5_000), '"\\ud800"', "-"],
    ids=lambda content: content[:10],
)
def test_json_that_makes_no_sense(serve, kind, content):
    """What can be read at all is given, and nothing of it stops who reads it."""
    with kind.connect(serve(*kind.scripts(answer(content))).url) as client:
        try:
            json.dumps(kind.ask(client)).encode()
        except RequestError as error:
            assert error.code in ("improper_answer", "not_coopcycle")


@every_kind
@given(content=st.binary(), is_body=st.booleans())
@example(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{", False)
@example(b"HTTP/1.1 100 Continue\r\n\r\n" * 999, False)
@example(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 999 + b"\r\n", False)
@example(
    b"HTTP/1.1 429 No\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 -12\r\n\r\n", False
)
@settings(max_examples=20, deadline=None)
def test_whatever_the_server_sends(kind, content, is_body):
    scripts = kind.scripts(answer(content) if is_body else content)
    with running(Peer(*scripts)) as peer, kind.connect(peer.url) as client:
        try:
            kind.ask(client)
        except RequestError as error:
            assert error.code


# Where the sign-in goes


@every_kind
@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_takes_nothing_elsewhere(serve, kind, status):
    other = serve([READ, answer("{}")])
    moved = answer("", f"{status} Moved", f"Location: {other.url}/?token={SECRET}")
    peer = serve(*kind.scripts(moved))
    error = error_of(kind, peer.url)
    assert (error.code, error.status) == ("redirected", status)
    assert not other.connections


@every_kind
@pytest.mark.parametrize(
    "location",
    [
        b"http://a\x00b/",
        b"http://<b>x</b>/",
        b"http://\xe2\x80\xae/",
        b"http://" + b"x" * 9_999,
        b"javascript://x/",
    ],
    ids=lambda location: repr(location[:12]),
)
def test_a_redirect_to_what_is_no_address(serve, kind, location):
    """It is told to whoever reads of the error, and written down."""
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
    error = error_of(kind, serve(*kind.scripts(head % location)).url)
    assert (error.code, error.location) == ("redirected", "")


@every_kind
def test_what_the_environment_has_is_not_sent(serve, kind, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter3")
    monkeypatch.setenv("NETRC", str(netrc))
    peer = serve(*kind.scripts(answer("{}")))
    with kind.connect(peer.url) as client, contextlib.suppress(RequestError):
        kind.ask(client)
    sent = [headers.get("Authorization", "") for _m, _p, headers, _b in peer.requests]
    assert all(each in ("", f"Bearer {SECRET}") for each in sent)


@every_kind
def test_a_proxy_that_wants_a_password(kind, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://me:{SECRET}@127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", "")
    assert error_of(kind, "http://server.invalid").code == "refused"


@every_kind
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_directly(serve, kind, host, monkeypatch):
    """What is asked of it is nothing for a proxy, to which it is another machine."""
    proxy = serve([READ, answer("{}")])
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "")
    peer = serve(*kind.scripts(answer("", "503 Later")))
    assert error_of(kind, peer.url.replace("127.0.0.1", host)).status == 503
    assert not proxy.connections


@every_kind
def test_a_certificate_that_nobody_vouches_for(serve, certificate, kind):
    peer = serve(*kind.scripts(answer("{}")), tls=certificate[0])
    assert error_of(kind, peer.url).code == "certificate"
    assert not peer.requests


@every_kind
def test_authorities_that_are_not_there(kind, monkeypatch):
    """They are looked for before anything is sent."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    assert error_of(kind, "https://127.0.0.1:9").code == "certificate"


@every_kind
def test_version_6_of_the_internet_protocol(kind):
    try:
        peer = Peer(*kind.scripts(answer("", "503 Later")), host="::1")
    except OSError:
        pytest.skip("This machine has none")
    with running(peer):
        assert error_of(kind, peer.url).status == 503
        assert peer.requests[-1][2]["Host"] == peer.url.removeprefix("http://")


def test_a_servers_words_read_as_they_are():
    assert RequestError("refused", message="txt\u202egnp.exe").message == "txtgnp.exe"
