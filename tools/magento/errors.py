"""What can go wrong with a request to Magento, sorted by what it means for the work."""

from ..http.errors import SettingError

MagentoSettingError = SettingError


class MagentoError(Exception):
    """A request that did not give what was asked for.

    It never holds credentials, so its text may be logged and shown.

    :param code: what happened, for whoever words it, such as ``read_timeout``
    :param method: HTTP method of the request
    :param path: path of the request below ``/V1/``, without the query
    :param status: HTTP status of the answer, None if there was none or if it was not
        the status that was wrong
    :param message: Magento's own words, "" if there are none
    :param right: the ACL resource that is missing, such as ``Magento_Sales::invoice``
    :param retry_after: seconds that the server asks to wait, None if it does not say
    :param location: scheme and host that the server redirects to, "" elsewhere
    """

    # connection, permission, document or unknown.
    scope: str

    def __init__(
        self,
        code: str,
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        message: str = "",
        right: str = "",
        retry_after: int | None = None,
        location: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.method = method
        self.path = path
        self.status = status
        self.message = message
        self.right = right
        self.retry_after = retry_after
        self.location = location

    def __str__(self) -> str:
        status = f" (HTTP {self.status})" if self.status else ""
        words = f": {self.message}" if self.message else ""
        return f"{self.method} {self.path}: {self.code}{status}{words}".lstrip()


class MagentoConnectionError(MagentoError):
    """Nothing gets through, whatever is asked; this request changed nothing.

    Codes: ``name_not_found``, ``refused``, ``certificate``, ``connect_timeout``,
    ``unreachable``, ``rate_limited``, ``unavailable``, ``not_magento`` and
    ``redirected``; of a GET also ``read_timeout``, ``hung_up``, ``server_error``,
    ``answer_too_large``, ``improper_answer`` and ``page_missing``.
    """

    scope = "connection"


class MagentoPermissionError(MagentoError):
    """The sign-in is not accepted, or not for this: ``unauthorized``.

    Magento does not tell these two apart.
    """

    scope = "permission"


class MagentoDocumentError(MagentoError):
    """Magento refused this very request; it changed nothing.

    Codes: ``not_found``, ``refused``; of a GET also ``server_error``, which is what
    Magento answers to a field that it does not know. ``path_invalid`` was not even
    sent: something in it is no id.
    """

    scope = "document"


class MagentoUnknownOutcome(MagentoError):
    """The request was sent and nobody knows whether Magento did what it asks.

    Codes: ``read_timeout``, ``hung_up``, ``server_error``, ``improper_answer``,
    ``answer_too_large``. A GET never ends so, as it has nothing to do.
    """

    scope = "unknown"
