"""The one door to a server that speaks as OpenAI's does."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ..http.address import split_address
from ..http.answer import NoAnswerError
from ..http.auth import BearerAuth
from ..http.client import Client
from ..http.transport import Session
from ..text.cleaning import clean_text
from .errors import LlmError

_PATH = "/chat/completions"
# A note has some hundred characters
LARGEST_ANSWER = 256 * 1024
_SECONDS_TO_CONNECT = 10
_MOST_TOKENS = 2**31 - 1
_LONGEST_NAME = 200
# Half of a pair is a character for JSON alone
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Answer:
    """What a model answered.

    :param content: as it came, be it what it may, as long as it is text
    :param model: which one the server says it was, "" if it does not
    :param prompt_tokens: of the question, 0 if the server does not say
    :param answer_tokens: of the answer, likewise
    """

    content: str
    model: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0


class LlmClient(Client):
    """Questions to one server, one at a time.

    :param url: the server's address, see :func:`endpoint`
    :param key: "" if the server wants none
    :param timeout: seconds that the server may stay silent; its whole answer may take
        twice as long
    :raise SettingError: address or key cannot be used
    """

    headers = {**Client.headers, "Content-Type": "application/json"}

    def __init__(self, url: str, key: str = "", *, timeout: float = 20) -> None:
        seconds_to_connect = min(_SECONDS_TO_CONNECT, timeout)
        super().__init__(endpoint(url), Session(), seconds_to_connect, timeout)
        self._auth = BearerAuth(key) if key else None

    def ask(self, body: dict[str, Any]) -> Answer:
        """Send a question, once, and return the answer.

        :param body: of the request, as JSON can say it
        :raise LlmError: no proper answer came
        """
        data = json.dumps(body, allow_nan=False).encode()
        with self._logged("POST", urlsplit(self._root).netloc):
            try:
                answer = self._send(
                    "POST",
                    self._root,
                    LARGEST_ANSWER,
                    is_harmless=False,
                    auth=self._auth,
                    data=data,
                )
            except NoAnswerError as failure:
                raise LlmError(failure.code) from failure
            return _read(answer.status, answer.content)


def endpoint(url: str) -> str:
    """Return where questions go, of the address that somebody typed in.

    :param url: such as ``http://localhost:11434/v1``, with ``/chat/completions`` or
        without
    :raise SettingError: it is no address
    """
    parts = split_address(url)
    path = parts.path.rstrip("/").removesuffix(_PATH)
    return f"{parts.scheme}://{parts.netloc}{path}{_PATH}"


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
        content=_HALF.sub("\ufffd", text),
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
