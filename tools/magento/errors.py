"""What can go wrong with a request to Magento, sorted by what it means for the work."""

from typing import Any

from ..http.errors import RequestError, SettingError

MagentoSettingError = SettingError


class MagentoError(RequestError):
    """A request to Magento that did not give what was asked for.

    :param right: the ACL resource that is missing, such as ``Magento_Sales::invoice``
    :param details: see :class:`..http.errors.RequestError`
    """

    # connection, permission, document or unknown.
    scope: str

    def __init__(self, code: str, *, right: str = "", **details: Any) -> None:
        super().__init__(code, **details)
        self.right = right


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
