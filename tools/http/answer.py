"""One request and its answer, whoever is asked."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from .body import TooLargeError, UnknownEncodingError, read_body
from .failures import FAILURES, failure_code

# Whoever asks for more could have us wait for ever
LONGEST_WAIT = 24 * 60 * 60
# As a header writes it, be it a name or a number
_HOST = re.compile(r"[\w.:-]{1,253}", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    :param url: where it was asked
    :param headers: by name, in any case
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def retry_after(self) -> int | None:
        """The seconds that the server asks to wait, a day at most; None if none."""
        seconds = _seconds(self.headers.get("Retry-After", ""))
        return None if seconds is None else min(seconds, LONGEST_WAIT)

    @property
    def location(self) -> str:
        """Scheme, host and port of where it redirects to, "" where it does not."""
        location = self.headers.get("Location", "")
        if not location or not 300 <= self.status < 400:
            return ""
        return redirect_origin(self.url, location)


class NoAnswerError(Exception):
    """A request that has no answer that can be read.

    :param code: of :func:`.failures.failure_code`, or ``answer_too_large`` or
        ``improper_answer``
    :param may_be_sent: whether the server may have seen the request
    """

    def __init__(self, code: str, may_be_sent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.may_be_sent = may_be_sent


def ask(
    session: requests.Session, method: str, url: str, largest: int, **settings: Any
) -> Answer:
    """Send a request once, whatever happens, and follow no redirect.

    :param largest: bytes that the answer may have
    :param settings: as :meth:`requests.Session.request` takes them
    :raise NoAnswerError: there is none, or none of that size
    """
    handled = sys.exc_info()[1]
    # A session's own settings must not undo these.
    settings |= {"stream": True, "verify": True, "allow_redirects": False}
    try:
        with session.request(method, url, **settings) as response:
            return Answer(
                response.url,
                response.status_code,
                response.headers,
                read_body(response, largest),
            )
    except TooLargeError as error:
        raise NoAnswerError("answer_too_large", True) from error
    except UnknownEncodingError as error:
        raise NoAnswerError("improper_answer", True) from error
    except FAILURES as failure:
        raise NoAnswerError(*failure_code(failure, handled)) from failure


def redirect_origin(url: str, location: str) -> str:
    """Return scheme, host and port of where an answer redirects to, "" of nonsense.

    Its path and query stay out, for they may hold a token.

    :param location: the answer's header, relative to ``url`` perhaps
    """
    try:
        parts = urlsplit(urljoin(url, location))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _seconds(text: str) -> int | None:
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
        # Without a time zone it means UTC, as every date of HTTP does.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return max(0, round((moment - datetime.now(timezone.utc)).total_seconds()))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
