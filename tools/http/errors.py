"""Settings with which no request can be made, and requests that went wrong."""

from ..text.cleaning import clean_words

# Of a server's own words so much is kept
LONGEST_MESSAGE = 1000


class SettingError(ValueError):
    """A setting with which no request can be made; nothing was sent.

    :param code: ``url_invalid``, ``credential_invalid`` or
        ``ca_certificate_invalid``
    :param reason: of a URL: ``scheme``, ``host``, ``credentials`` or ``query``
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason


class RequestError(Exception):
    """A request that did not give what was asked for.

    It never holds credentials, so its text may be logged and shown.

    :param code: what happened, for whoever words it, such as ``read_timeout``
    :param method: HTTP method of the request
    :param path: path of the request below the API's own, without the query
    :param status: HTTP status of the answer, None if there was none or if it was not
        the status that was wrong
    :param message: the server's own words, "" if there are none; what is longer than
        any proper message is cut off
    :param retry_after: seconds that the server asks to wait, a day at most; None if it
        does not say
    :param location: scheme and host that the server redirects to, "" elsewhere
    """

    def __init__(
        self,
        code: str,
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        message: str = "",
        retry_after: int | None = None,
        location: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.method = method
        self.path = path
        self.status = status
        self.message = clean_words(message[:LONGEST_MESSAGE])
        self.retry_after = retry_after
        self.location = location

    def __str__(self) -> str:
        asked = f"{self.method} {self.path}: " if self.method else ""
        status = f" (HTTP {self.status})" if self.status else ""
        words = f": {self.message}" if self.message else ""
        return f"{asked}{self.code}{status}{words}"
