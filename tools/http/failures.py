"""Requests that got no answer: why, and whether the server may have seen them."""

import socket
import ssl
import traceback
from collections.abc import Iterator

import requests
import urllib3

# What the client's libraries raise when there is no answer, or only a part of one.
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)

_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
# Raised by requests before it has even looked for a connection, or the like.
_NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
)
_REASONS_NOT_TO_CONNECT = (
    (socket.gaierror, "name_not_found"),
    (ConnectionRefusedError, "refused"),
    (ssl.SSLCertVerificationError, "certificate"),
    # Of another host, as older versions of urllib3 tell it.
    (urllib3.connection.CertificateError, "certificate"),
)


def failure_code(
    failure: BaseException, handled: BaseException | None
) -> tuple[str, bool]:
    """Return what happened, and whether the request may have been sent.

    :param handled: what was being handled when the request began. Python chains the
        failure to it, although it is the failure of something else.
    """
    chain = list(_chain(failure, handled))
    if any(_comes_from(each, "requests.adapters", "cert_verify") for each in chain):
        return "certificate", False  # there are no authorities where they should be
    timed_out = any(map(_is_timeout, chain))
    if not any(map(_was_connecting, chain)):
        return "read_timeout" if timed_out else "hung_up", True
    for kind, code in _REASONS_NOT_TO_CONNECT:
        if any(isinstance(each, kind) for each in chain):
            return code, False
    return "connect_timeout" if timed_out else "unreachable", False


def _chain(
    error: BaseException | None, end: BaseException | None
) -> Iterator[BaseException]:
    """Yield an exception and those that led to it."""
    while error is not None and error is not end:
        yield error
        error = error.__cause__ or error.__context__


def _is_timeout(error: BaseException) -> bool:
    # To urllib3, any failure to connect is a kind of time-out.
    is_any = isinstance(error, urllib3.exceptions.NewConnectionError)
    return isinstance(error, _TIMEOUTS) and not is_any


def _was_connecting(error: BaseException) -> bool:
    """Tell whether it was raised before there was a connection to send through.

    Its kind does not tell: a time-out, a reset or a TLS error may come while connecting
    or while waiting for the answer. Where it was raised does.
    """
    return isinstance(error, _NEVER_SENT) or _comes_from(
        error, "urllib3.connection", "connect"
    )


def _comes_from(error: BaseException, module: str, function: str) -> bool:
    return any(
        frame.f_code.co_name == function and frame.f_globals.get("__name__") == module
        for frame, _line in traceback.walk_tb(error.__traceback__)
    )
