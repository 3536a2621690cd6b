"""Connections that trust whom they are told to, and that end."""

import http.client
import io
import socket
import ssl
import time
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from .errors import SettingError

# An answer may take so many times as long as the server may stay silent
SILENCES_PER_ANSWER = 2


class Session(requests.Session):
    """A session that sees no redirects: looking at a broken one would fail.

    :param ca_certificate: certificates (PEM) to trust instead of the system's
    :raise SettingError: they are none
    """

    def __init__(self, ca_certificate: str = "") -> None:
        super().__init__()
        adapter = _Adapter(_trusting(ca_certificate) if ca_certificate else None)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> dict[str, Any]:
        """Ask this very machine directly: to a proxy it would be another one."""
        own = _is_this_machine(urlsplit(url).hostname or "")
        settings = super().merge_environment_settings(
            url, proxies, stream, verify, cert
        )
        return {**settings, "proxies": {}} if own else settings


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _trusting(ca_certificate: str) -> ssl.SSLContext:
    """Return a context that trusts these certificates and no others."""
    try:
        context = ssl.create_default_context(cadata=ca_certificate)
    except (ssl.SSLError, ValueError, TypeError) as error:
        raise SettingError("ca_certificate_invalid") from error
    # All versions of urllib3 compare the host's name then; older ones leave it to ssl
    # otherwise, without the name where it is an IP address, which ssl refuses.
    context.check_hostname = False
    return context


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        res = super().init_poolmanager(*args, **self._own(options))
        self.poolmanager.pool_classes_by_scheme = _POOLS
        return res

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **self._own(options))
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def _own(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "ssl_context": self._context} if self._context else options

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> Any:
        """Let newer versions of requests keep to a context of our own, too."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context} if self._context else pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add no other certificates to those of a context of our own."""
        if not self._context:
            return super().cert_verify(conn, url, verify, cert)
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = None
        return None


class _Response(http.client.HTTPResponse):
    """An answer of which each part must come before its deadline.

    A time-out alone begins anew with each byte: a server that sends one now and then
    would hold its caller for ever.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = _Reader(_Timed(self.fp.detach(), sock))


class _Reader(io.BufferedReader):
    """Reads so many bytes at once as it is told, and never all that there are."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            # Python takes the size of a chunk as the server says it, be it "-1"
            raise http.client.HTTPException("A size below zero")
        return super().read(size)


class _Timed(io.RawIOBase):
    """What comes from a socket, until its deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._silence = sock.gettimeout()
        self._end = time.monotonic() + SILENCES_PER_ANSWER * (self._silence or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._silence is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer took too long")
            self._sock.settimeout(min(self._silence, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        return super().close()


class _HTTPConnection(urllib3.connection.HTTPConnection):
    response_class = _Response


class _HTTPSConnection(urllib3.connection.HTTPSConnection):
    response_class = _Response


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}
