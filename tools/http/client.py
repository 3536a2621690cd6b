"""What the clients of all servers have in common."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

import requests

from .answer import Answer, NoAnswerError, ask
from .errors import RequestError

_Self = TypeVar("_Self", bound="Client")


class Client:
    """Requests to one server, one at a time.

    No redirect is ever followed: it would turn a POST into a GET, or carry the sign-in
    to another host.

    :param root: the server's address
    :param connect_timeout: seconds
    :param read_timeout: seconds that the server may stay silent; its whole answer may
        take twice as long
    """

    headers: Mapping[str, str] = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": "coopcycle_magento",
    }

    def __init__(
        self,
        root: str,
        session: requests.Session,
        connect_timeout: float,
        read_timeout: float,
    ) -> None:
        self.requests_sent = 0
        self._root = root
        self._session = session
        self._timeout = (connect_timeout, read_timeout)
        self._status: int | None = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._root!r})"

    def close(self) -> None:
        """Close the connection; another request would open a new one."""
        self._session.close()

    def _send(
        self,
        method: str,
        url: str,
        largest: int,
        *,
        is_harmless: bool,
        auth: Callable | None = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Answer:
        """Send a request; a harmless one again if the server just hangs up.

        A server may close a connection that it has kept for a while at the very moment
        in which it is used again.

        :param largest: bytes that the answer may have
        :raise NoAnswerError: there is none, or none of that size
        """
        settings = {
            "headers": {**self.headers, **(headers or {})},
            # Given with the request, it is not replaced by what a .netrc has.
            "auth": auth or _sign_nothing,
            "timeout": self._timeout,
            **content,
        }
        try:
            return self._send_once(method, url, largest, settings)
        except NoAnswerError as failure:
            if failure.code != "hung_up" or not is_harmless:
                raise
        self.close()  # the next one needs a connection of its own
        return self._send_once(method, url, largest, settings)

    def _send_once(
        self, method: str, url: str, largest: int, settings: dict[str, Any]
    ) -> Answer:
        self.requests_sent += 1
        answer = ask(self._session, method, url, largest, **settings)
        self._status = answer.status
        return answer

    @contextmanager
    def _logged(self, method: str, path: str) -> Iterator[None]:
        """Write one line about a call: its status or its error, and how long it took.

        :param path: it is written as it is, so without the query
        """
        start, outcome = time.monotonic(), "failed"
        try:
            yield
            outcome = str(self._status)
        except RequestError as error:
            outcome = error.code
            raise
        finally:
            milliseconds = 1000 * (time.monotonic() - start)
            logger = logging.getLogger(type(self).__module__)
            logger.info("%s %s: %s, %.0f ms", method, path, outcome, milliseconds)


def _sign_nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
