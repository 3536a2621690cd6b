"""The one door to a server that speaks as OpenAI's does."""

import json
import logging
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests

from ..http.address import split_address
from ..http.auth import BearerAuth
from ..http.body import TooLargeError, UnknownEncodingError, read_body
from ..http.failures import FAILURES, failure_code
from ..http.transport import Session
from ..text.cleaning import clean_text
from .errors import LlmError

_logger = logging.getLogger(__name__)

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Content-Type": "application/json",
    "User-Agent": "coopcycle_magento",
}
_PATH = "/chat/completions"
# A note has some hundred characters
LARGEST_ANSWER = 256 * 1024
_SECONDS_TO_CONNECT = 10
_MOST_TOKENS = 2**31 - 1
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Answer:
    """What a model answered.

    :param content: as it came, be it what it may
    :param model: which one the server says it was, "" if it does not
    :param prompt_tokens: of the question, 0 if the server does not say
    :param answer_tokens: of the answer, likewise
    """

    content: str
    model: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0


class LlmClient:
    """Questions to one server, one at a time.

    No redirect is followed: it would carry question and key to another host.

    :param url: the server's address, see :func:`endpoint`
    :param key: "" if the server wants none
    :param timeout: seconds that the server may stay silent; its whole answer may take
        twice as long
    :raise SettingError: address or key cannot be used
    """

    def __init__(self, url: str, key: str = "", *, timeout: float = 20) -> None:
        self._url = endpoint(url)
        # Given with the request, none is taken from a .netrc
        self._auth = BearerAuth(key) if key else _sign_nothing
        self._session = Session()
        self._settings = {
            "stream": True,
            "timeout": (min(_SECONDS_TO_CONNECT, timeout), timeout),
            "verify": True,
            "allow_redirects": False,
        }

    def __enter__(self) -> "LlmClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"LlmClient({self._url!r})"

    def close(self) -> None:
        """Close the connection; another question would open a new one."""
        self._session.close()

    def ask(self, body: dict[str, Any]) -> Answer:
        """Send a question, once, and return the answer.

        :param body: of the request, as JSON can say it
        :raise LlmError: no proper answer came
        """
        start, outcome = time.monotonic(), "failed"
        try:
            answer = _read(*self._send(body))
            outcome = "answered"
            return answer
        except LlmError as error:
            outcome = str(error)
            raise
        finally:
            milliseconds = 1000 * (time.monotonic() - start)
            host = urlsplit(self._url).netloc
            _logger.info("POST %s: %s, %.0f ms", host, outcome, milliseconds)

    def _send(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return status and body of the answer."""
        handled = sys.exc_info()[1]
        try:
            with self._session.post(
                self._url,
                data=json.dumps(body, allow_nan=False).encode(),
                headers=_HEADERS,
                auth=self._auth,
                **self._settings,
            ) as response:
                return response.status_code, read_body(response, LARGEST_ANSWER)
        except TooLargeError as error:
            raise LlmError("answer_too_large") from error
        except UnknownEncodingError as error:
            raise LlmError("improper_answer") from error
        except FAILURES as failure:
            raise LlmError(failure_code(failure, handled)[0]) from failure


def endpoint(url: str) -> str:
    """Return where questions go, of the address that somebody typed in.

    :param url: such as ``http://localhost:11434/v1``, with ``/chat/completions`` or
        without
    :raise SettingError: it is no address
    """
    parts = split_address(url)
    path = parts.path.rstrip("/").removesuffix(_PATH)
    return f"{parts.scheme}://{parts.netloc}{path}{_PATH}"


def _sign_nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _read(status: int, content: bytes) -> Answer:
    """Return what an answer says.

    :raise LlmError: it is an error, or nothing that such a server would say
    """
    if status != HTTPStatus.OK:
        raise LlmError(_meaning(status), status)
    try:
        body = json.loads(content.decode(errors="replace"))
        text = body["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise LlmError("improper_answer", status) from error
    if not isinstance(text, str):
        raise LlmError("improper_answer", status)
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    model = body.get("model")
    return Answer(
        content=text,
        model=clean_text(model)[:_LONGEST_NAME] if isinstance(model, str) else "",
        prompt_tokens=_to_count(usage.get("prompt_tokens")),
        answer_tokens=_to_count(usage.get("completion_tokens")),
    )


def _meaning(status: int) -> str:
    """Return the code of the error that a status is."""
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "unauthorized"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limited"
    if 300 <= status < 400:
        return "redirected"
    if 400 <= status < 500:
        return "declined"
    return "server_error" if status >= 500 else "improper_answer"


def _to_count(value: Any) -> int:
    is_count = type(value) is int and 0 <= value <= _MOST_TOKENS
    return value if is_count else 0
