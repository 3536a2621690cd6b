"""What can go wrong with a question to a language model."""


class LlmError(Exception):
    """No proper answer came. It holds no credentials, so it may be logged and shown.

    :param code: ``name_not_found``, ``refused``, ``certificate``, ``connect_timeout``,
        ``unreachable``, ``read_timeout``, ``hung_up``, ``redirected``,
        ``unauthorized``, ``rate_limited``, ``declined``, ``server_error``,
        ``answer_too_large``, ``improper_answer`` or ``unexpected``
    :param status: HTTP status of the answer, None if there was none
    """

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status

    def __str__(self) -> str:
        return f"{self.code} (HTTP {self.status})" if self.status else self.code
