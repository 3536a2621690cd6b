"""What an answer of CoopCycle means: its data, or an error."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ...http.answer import Answer
from ...http.decoding import TooManyValuesError, decode
from .errors import CONNECTION, DOCUMENT, PERMISSION, UNKNOWN, CoopcycleError


@dataclass(frozen=True)
class Call:
    """A request, as far as errors tell of it.

    :param path: below ``/api/``, or beginning with a slash
    :param is_harmless: whether CoopCycle does nothing but answer. An export is asked
        for by GET and marks its orders all the same.
    """

    method: str
    path: str
    is_harmless: bool

    @property
    def unanswered(self) -> str:
        """What it means that the request was sent and has no proper answer."""
        return CONNECTION if self.is_harmless else UNKNOWN

    def error(self, code: str, scope: str, **details: Any) -> CoopcycleError:
        """Make the error that this request ends with."""
        return CoopcycleError(
            code, scope, method=self.method, path=self.path, **details
        )

    def improper(self) -> CoopcycleError:
        """Make the error of an answer that cannot be understood."""
        return self.error("improper_answer", self.unanswered)


def read_json(call: Call, answer: Answer) -> Any:
    """Return what :func:`...http.decoding.decode` makes of the JSON, None of nothing.

    :raise CoopcycleError: it is an error, or nothing that CoopCycle would say
    """
    is_good = 200 <= answer.status < 300
    if is_good and not answer.content:
        return None
    try:
        body = decode(answer.content)
    except TooManyValuesError as error:
        raise call.error("answer_too_large", call.unanswered) from error
    except (ValueError, RecursionError):
        raise _error(call, answer, None) from None
    if is_good:
        return body
    raise _error(call, answer, body)


def read_csv(call: Call, answer: Answer) -> str:
    """Return the text of an answer that is a CSV file.

    :raise CoopcycleError: it is none
    """
    if not 200 <= answer.status < 300:
        read_json(call, answer)
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise call.error("not_coopcycle", call.unanswered, status=answer.status)
    try:
        return answer.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise call.improper() from error


def _error(call: Call, answer: Answer, body: Any) -> CoopcycleError:
    # CoopCycle's errors are objects; anything else is a proxy's, or a web page.
    code, scope = _meaning(call, answer.status, isinstance(body, dict))
    return call.error(
        code,
        scope,
        status=answer.status,
        message=words(body),
        retry_after=answer.retry_after,
        location=answer.location,
    )


def _meaning(call: Call, status: int, is_coopcycle: bool) -> tuple[str, str]:
    """Return code and scope of the error that an answer is."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limited", CONNECTION
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "unavailable", CONNECTION
    if 300 <= status < 400:
        return "redirected", CONNECTION
    if 400 <= status < 500:
        return _refusal(status) if is_coopcycle else ("not_coopcycle", CONNECTION)
    if status >= 500:
        # A gateway's 502 says nothing about this request, CoopCycle's own 500 does.
        own = is_coopcycle and status == HTTPStatus.INTERNAL_SERVER_ERROR
        return "server_error", DOCUMENT if own and call.is_harmless else call.unanswered
    return "not_coopcycle", call.unanswered


def _refusal(status: int) -> tuple[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return "unauthorized", PERMISSION
    if status == HTTPStatus.FORBIDDEN:
        return "forbidden", PERMISSION
    if status == HTTPStatus.NOT_FOUND:
        return "not_found", DOCUMENT
    return "refused", DOCUMENT


def words(body: Any) -> str:
    """Return what an error answer says, "" if it says nothing.

    :param body: the decoded answer, of any shape
    """
    if not isinstance(body, dict):
        return ""
    # Of API Platform, of its sign-in, and of its OAuth2 server
    names = ("hydra:description", "detail", "message", "error_description", "hint")
    said = [body[name] for name in names if isinstance(body.get(name), str)]
    violations = body.get("violations")
    if not said and isinstance(violations, list):
        said = [
            each["message"]
            for each in violations
            if isinstance(each, dict) and isinstance(each.get("message"), str)
        ]
    return "\n".join(dict.fromkeys(filter(None, said)))
