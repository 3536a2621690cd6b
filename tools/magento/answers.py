"""What an answer of Magento means: its data, or an error."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ..http.answer import Answer
from ..http.decoding import TooManyValuesError, decode
from .errors import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoUnknownOutcome,
)
from .messages import missing_right, words


@dataclass(frozen=True)
class Call:
    """A request, as far as errors tell of it."""

    method: str
    path: str

    @property
    def is_harmless(self) -> bool:
        """Whether Magento does nothing but answer, so that it may be asked again."""
        return self.method == "GET"

    @property
    def unanswered(self) -> type[MagentoError]:
        """What it means that the request was sent and has no proper answer."""
        return MagentoConnectionError if self.is_harmless else MagentoUnknownOutcome

    def error(
        self, kind: type[MagentoError], code: str, **details: Any
    ) -> MagentoError:
        """Make the error that this request ends with."""
        return kind(code, method=self.method, path=self.path, **details)


_NOT_MAGENTO = (MagentoConnectionError, "not_magento")


def read_answer(call: Call, answer: Answer) -> Any:
    """Return what :func:`..http.decoding.decode` makes of the JSON.

    :raise MagentoError: it is an error, or nothing that Magento would say
    """
    try:
        body = decode(answer.content)
    except TooManyValuesError as error:
        raise call.error(call.unanswered, "answer_too_large") from error
    except (ValueError, RecursionError):
        is_json, body = False, None
    else:
        is_json = True
    if is_json and 200 <= answer.status < 300:
        return body
    # Magento's errors are objects; anything else is a proxy's, or a web page.
    kind, code = _meaning(call, answer.status, isinstance(body, dict))
    raise call.error(
        kind,
        code,
        status=answer.status,
        message=words(body),
        right=missing_right(body) if kind is MagentoPermissionError else "",
        retry_after=answer.retry_after,
        location=answer.location,
    )


def _meaning(
    call: Call, status: int, is_magento: bool
) -> tuple[type[MagentoError], str]:
    """Return the kind and the code of the error that an answer is."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return MagentoConnectionError, "rate_limited"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return MagentoConnectionError, "unavailable"
    if 300 <= status < 400:
        return MagentoConnectionError, "redirected"
    if 400 <= status < 500:
        return _refusal(status) if is_magento else _NOT_MAGENTO
    if status >= 500:
        # A gateway's 502 says nothing about this request, Magento's own 500 does.
        own = is_magento and status == HTTPStatus.INTERNAL_SERVER_ERROR
        kind = MagentoDocumentError if own and call.is_harmless else call.unanswered
        return kind, "server_error"
    return _NOT_MAGENTO if call.is_harmless else (call.unanswered, "improper_answer")


def _refusal(status: int) -> tuple[type[MagentoError], str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return MagentoPermissionError, "unauthorized"
    if status == HTTPStatus.NOT_FOUND:
        return MagentoDocumentError, "not_found"
    return MagentoDocumentError, "refused"
