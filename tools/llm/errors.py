"""What can go wrong with a question to a language model."""

from ..http.errors import RequestError


class LlmError(RequestError):
    """No proper answer came.

    :param code: ``name_not_found``, ``refused``, ``certificate``, ``connect_timeout``,
        ``unreachable``, ``read_timeout``, ``hung_up``, ``redirected``,
        ``unauthorized``, ``rate_limited``, ``declined``, ``server_error``,
        ``answer_too_large``, ``improper_answer`` or ``unexpected``
    :param status: HTTP status of the answer, None if there was none
    """

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code, status=status)
