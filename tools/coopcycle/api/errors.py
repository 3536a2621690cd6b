"""What can go wrong with a request to CoopCycle."""

# What an error means for the work:
# nothing gets through, whatever is asked; this request changed nothing
CONNECTION = "connection"
# the sign-in is not accepted, or not for this; it changed nothing
PERMISSION = "permission"
# this very request was refused; it changed nothing
DOCUMENT = "document"
# it was sent, and nobody knows whether CoopCycle did what it asks
UNKNOWN = "unknown"


class CoopcycleError(Exception):
    """A request that did not give what was asked for.

    It never holds credentials, so its text may be logged and shown.

    :param code: what happened, for whoever words it: those of
        :class:`..http.answer.NoAnswerError`, and ``rate_limited``, ``unavailable``,
        ``redirected``, ``not_coopcycle``, ``server_error``, ``page_missing``,
        ``sign_in_refused``, ``unauthorized``, ``forbidden``, ``not_found``,
        ``refused``
    :param scope: what it means for the work: one of the constants of this module
    :param method: HTTP method of the request
    :param path: path of the request below ``/api/``, without the query
    :param status: HTTP status of the answer, None if there was none
    :param message: CoopCycle's own words, "" if there are none
    :param retry_after: seconds that the server asks to wait, None if it does not say
    :param location: scheme and host that the server redirects to, "" elsewhere
    """

    def __init__(
        self,
        code: str,
        scope: str,
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
        self.scope = scope
        self.method = method
        self.path = path
        self.status = status
        self.message = message
        self.retry_after = retry_after
        self.location = location

    def __str__(self) -> str:
        status = f" (HTTP {self.status})" if self.status else ""
        words = f": {self.message}" if self.message else ""
        return f"{self.method} {self.path}: {self.code}{status}{words}".lstrip()
