"""The one door to Magento's REST."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import requests
from requests.auth import AuthBase

from ..http.answer import Answer, NoAnswerError
from ..http.client import Client
from ..http.transport import Session
from .answers import Call, read_answer
from .errors import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoUnknownOutcome,
)
from .listing import Broken, Listing
from .messages import words
from .paging import SMALLEST_SIZE, Page, read_page, size_given, with_counts
from .search import SearchCriteria
from .urls import api_root, is_path, query_text

_ID = re.compile("[1-9][0-9]{0,19}")
# A hundred orders have a tenth of it
LARGEST_ANSWER = 16 * 1024 * 1024


class MagentoClient(Client):
    """Requests to one shop, one at a time.

    :param base_url: the shop's address, see :func:`.urls.normalise_base_url`
    :param auth: :class:`.auth.OAuth1` or :class:`.auth.BearerAuth`
    :param path_prefix: where the API is below the address
    :param store_code: "" for the default store view
    :param ca_certificate: certificates (PEM) to trust instead of the system's
    :param connect_timeout, read_timeout: see :class:`..http.client.Client`
    :param page_size: of lists; the client makes it smaller if the shop insists
    :raise MagentoSettingError: the address or the certificates cannot be used
    """

    headers = {
        **Client.headers,
        # Magento wants one even where there is no body.
        "Content-Type": "application/json",
    }

    def __init__(
        self,
        base_url: str,
        auth: AuthBase,
        *,
        path_prefix: str = "rest",
        store_code: str = "",
        ca_certificate: str = "",
        connect_timeout: float = 10,
        read_timeout: float = 60,
        page_size: int = 100,
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(
            api_root(base_url, path_prefix, store_code),
            session or Session(ca_certificate),
            connect_timeout,
            read_timeout,
        )
        self._auth = auth
        self._page_size = page_size

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return what Magento has at a path.

        :param path: below ``/V1/``, such as ``orders/12``, percent-encoded
        :return: decoded JSON; numbers with a decimal point are ``Decimal``
        :raise MagentoError: any but :class:`.errors.MagentoUnknownOutcome`
        """
        return self._call("GET", path, params=query_text(params or {}))

    def post(self, path: str, body: Any) -> Any:
        """Send a body and return the answer. It is sent once, whatever happens.

        :param body: what JSON can say, and ``Decimal``
        :return: as of :meth:`get`
        :raise MagentoError: of any kind
        """
        return self._call("POST", path, data=_encode(body))

    def put(self, path: str, body: Any) -> Any:
        """Do as :meth:`post`, by PUT."""
        return self._call("PUT", path, data=_encode(body))

    def post_for_id(self, path: str, body: Any) -> str:
        """Send a body and return the id of what Magento made of it.

        :raise MagentoUnknownOutcome: ``improper_answer`` if the answer is no id
        """
        answer = self.post(path, body)
        # Magento says "15", where its own schema says 15.
        found = str(answer) if isinstance(answer, str | int) else ""
        if not _ID.fullmatch(found):
            call = Call("POST", path)
            raise call.error(MagentoUnknownOutcome, "improper_answer")
        return found

    def pages(
        self, path: str, criteria: SearchCriteria, fields: str | None = None
    ) -> Iterator[Page]:
        """Yield a list page by page, up to its ``total_count`` and never beyond.

        Sort by what does not change, or records move between the pages. A page may
        repeat records where the shop made the pages smaller on the way.

        :param fields: as Magento takes it, such as ``items[entity_id,sku]``; the
            counts are added to it
        :raise MagentoConnectionError: ``improper_answer`` if it is no list,
            ``page_missing`` if it ends too early; and those of :meth:`get`
        """
        call = Call("GET", path)
        size = self._page_size
        seen, total = 0, 1
        while seen < total:
            number = seen // size + 1
            query = criteria.on_page(number, size).parameters(with_counts(fields))
            try:
                body = self.get(path, query)
            except MagentoDocumentError as error:
                if error.status != 400 or size <= SMALLEST_SIZE:
                    raise
                size = max(SMALLEST_SIZE, size // 2)
                continue
            page = read_page(body)
            if page is None:
                raise call.error(
                    MagentoConnectionError, "improper_answer", message=words(body)
                )
            asked, size = size, size_given(body, page, number, size)
            self._page_size = size
            if size < asked and number > 1:
                continue  # this number means another page now
            if not page.items and (number - 1) * size < page.total_count:
                raise call.error(MagentoConnectionError, "page_missing")
            yield page
            seen, total = number * size, page.total_count

    def records(
        self,
        path: str,
        criteria: SearchCriteria,
        fields: str | None = None,
        ids: Sequence[str] = (),
    ) -> Iterator[Page | Broken]:
        """Yield a list of what has ids page by page, and what of it cannot be given.

        :param ids: of the records that may be in it, if they are known
        :raise MagentoError: see :class:`.listing.Listing`
        """
        size = min(self._page_size, len(ids) or self._page_size)
        yield from Listing(self, path, criteria, fields, size, ids)

    def _call(self, method: str, path: str, **content: Any) -> Any:
        """Make a request, read its answer and write one line about it."""
        call = Call(method, path)
        if not is_path(path):
            raise call.error(MagentoDocumentError, "path_invalid")
        with self._logged(method, path):
            return read_answer(call, self._exchange(call, content))

    def _exchange(self, call: Call, content: dict[str, Any]) -> Answer:
        try:
            return self._send(
                call.method,
                self._root + call.path.lstrip("/"),
                LARGEST_ANSWER,
                is_harmless=call.is_harmless,
                auth=self._auth,
                **content,
            )
        except NoAnswerError as failure:
            kind = call.unanswered if failure.may_be_sent else MagentoConnectionError
            raise call.error(kind, failure.code) from failure


def _encode(body: Any) -> bytes:
    return json.dumps(body, default=_number, allow_nan=False).encode()


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"JSON has no {type(value).__name__}")
    return int(value) if value == value.to_integral_value() else float(value)
