"""What can go wrong with a request to CoopCycle."""

from typing import Any

from ...http.errors import RequestError

# What an error means for the work:
# nothing gets through, whatever is asked; this request changed nothing
CONNECTION = "connection"
# the sign-in is not accepted, or not for this; it changed nothing
PERMISSION = "permission"
# this very request was refused; it changed nothing
DOCUMENT = "document"
# it was sent, and nobody knows whether CoopCycle did what it asks
UNKNOWN = "unknown"


class CoopcycleError(RequestError):
    """A request to CoopCycle that did not give what was asked for.

    :param code: those of :class:`...http.answer.NoAnswerError`, and ``rate_limited``,
        ``unavailable``, ``redirected``, ``not_coopcycle``, ``server_error``,
        ``page_missing``, ``sign_in_refused``, ``unauthorized``, ``forbidden``,
        ``not_found``, ``not_located``, ``refused``
    :param scope: what it means for the work: one of the constants of this module
    :param details: see :class:`...http.errors.RequestError`
    """

    def __init__(self, code: str, scope: str, **details: Any) -> None:
        super().__init__(code, **details)
        self.scope = scope
