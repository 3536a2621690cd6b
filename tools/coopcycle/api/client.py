"""The one door to CoopCycle's API."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from requests.auth import AuthBase

from ...http.answer import Answer, NoAnswerError
from ...http.client import Client
from ...http.errors import SettingError
from ...http.transport import Session
from ...text.cleaning import clean_text, to_line
from .address import normalise_base_url
from .answers import Call, read_csv, read_json
from .errors import CONNECTION, DOCUMENT, PERMISSION, CoopcycleError
from .sign_in import SignIn, TokenRequest

Query = Sequence[tuple[str, str]]

JSON = "application/ld+json"
CSV = "text/csv"
REQUEST_ID = "X-Request-ID"
# A UUID has 36 characters
LONGEST_ID = 200
# A store's month has a hundredth of it
LARGEST_ANSWER = 16 * 1024 * 1024
# CoopCycle gives no more at once
PAGE_SIZE = 100
# What no instance has so many of
MOST_RECORDS = 1_000_000


class CoopcycleClient(Client):
    """Requests to one instance, one at a time.

    It signs in with the first request, and again when the token has expired: what was
    refused for that was not done.

    :param base_url: the instance's address, see :func:`.address.normalise_base_url`
    :param sign_in: of :mod:`.sign_in`
    :param ca_certificate: certificates (PEM) to trust instead of the system's
    :param connect_timeout, read_timeout: see :class:`...http.client.Client`
    :raise SettingError: the address or the certificates cannot be used
    """

    def __init__(
        self,
        base_url: str,
        sign_in: SignIn,
        *,
        ca_certificate: str = "",
        connect_timeout: float = 10,
        read_timeout: float = 60,
    ) -> None:
        super().__init__(
            normalise_base_url(base_url),
            Session(ca_certificate),
            connect_timeout,
            read_timeout,
        )
        self._sign_in = sign_in
        self._auth: AuthBase | None = None

    def get(self, path: str, query: Query = ()) -> Any:
        """Return what CoopCycle has at a path.

        :param path: below ``/api/``, percent-encoded
        :return: decoded JSON
        :raise CoopcycleError: of any scope but ``unknown``
        """
        call = Call("GET", path, is_harmless=True)
        return read_json(call, self._call(call, query))

    def post(self, path: str, body: Any, *, is_harmless: bool = False) -> Any:
        """Send a body and return the answer. It is sent once, unless it is harmless.

        :param is_harmless: whether CoopCycle does nothing but answer
        :raise CoopcycleError: of any scope
        """
        call = Call("POST", path, is_harmless)
        data = json.dumps(body, allow_nan=False).encode()
        return read_json(call, self._call(call, data=data))

    def delete(self, path: str) -> Any:
        """Delete what is at a path; as :meth:`post`."""
        call = Call("DELETE", path, is_harmless=False)
        return read_json(call, self._call(call))

    def export(self, path: str, query: Query, request_id: str) -> tuple[str, str]:
        """Ask once for a file, which marks what is in it.

        :param request_id: tells this request, with whatever it marks
        :return: the text, and the request id that CoopCycle took it for, which is a
            proxy's where that overwrites ours
        :raise CoopcycleError: of any scope
        """
        call = Call("GET", path, is_harmless=False)
        headers = {"Accept": CSV, REQUEST_ID: request_id}
        answer = self._call(call, query, headers=headers)
        taken = clean_text(answer.headers.get(REQUEST_ID, ""))[:LONGEST_ID]
        return read_csv(call, answer), taken

    def is_own(self, url: str) -> bool:
        """Say whether an address is below the instance's own."""
        return url.startswith(f"{self._root}/")

    def download(self, url: str, largest: int) -> bytes:
        """Return a file that CoopCycle shows to everybody who knows its address.

        :param url: one that :meth:`is_own`; nobody is signed in for it
        :param largest: bytes that it may have
        :raise CoopcycleError: ``not_found``, or nothing gets through
        """
        if not self.is_own(url):
            raise ValueError("An address of another server")
        # Whoever knows the rest of the address may see the file: no log has it
        call = Call("GET", to_line(urlsplit(url).path), is_harmless=True)
        headers = {"Accept": "image/jpeg, image/png"}
        answer = self._exchange(call, url, None, largest=largest, headers=headers)
        if answer.status != 200:
            raise call.error("not_found", DOCUMENT, status=answer.status)
        return answer.content

    def records(self, path: str, query: Query = ()) -> Iterator[dict]:
        """Yield the records of a list, page by page.

        Of the addresses that the list itself gives none is followed.

        :raise CoopcycleError: ``improper_answer`` if it is no list, ``page_missing``
            if it ends too early or a page comes again; and those of :meth:`get`
        """
        call = Call("GET", path, is_harmless=True)
        seen, total, page = 0, 1, 0
        members: list[dict] = []
        while seen < total:
            page, former = page + 1, members
            paging = [("itemsPerPage", str(PAGE_SIZE)), ("page", str(page))]
            members, total = _read_list(call, self.get(path, [*query, *paging]))
            if members == former and seen < total:
                raise call.error("page_missing", CONNECTION)
            yield from members
            seen += len(members)

    def _call(
        self, call: Call, query: Query = (), headers: dict | None = None, **content: Any
    ) -> Answer:
        """Send a request, and once more if the token was the matter."""
        url = f"{self._root}/api/{call.path}"
        url += f"?{urlencode(query)}" if query else ""
        kind = {"Content-Type": JSON} if content else {}
        content["headers"] = {"Accept": JSON, **kind, **(headers or {})}
        is_fresh = self._auth is None
        if is_fresh:
            self._auth = self._get_token()
        answer = self._exchange(call, url, self._auth, **content)
        if answer.status == 401 and not is_fresh:
            self._auth = self._get_token()
            answer = self._exchange(call, url, self._auth, **content)
        return answer

    def _get_token(self) -> AuthBase:
        """Sign in.

        :raise CoopcycleError: ``sign_in_refused``, or nothing gets through
        """
        self._auth = None
        refusal: CoopcycleError | None = None
        for request in self._sign_in.requests():
            call = Call("POST", request.path, is_harmless=True)
            try:
                return self._ask_for_token(call, request)
            except CoopcycleError as error:
                if error.status not in (400, 401) or error.scope == CONNECTION:
                    raise
                refusal = error
        raise call.error(
            "sign_in_refused", PERMISSION, status=refusal.status
        ) from refusal

    def _ask_for_token(self, call: Call, request: TokenRequest) -> AuthBase:
        answer = self._exchange(
            call,
            self._root + request.path,
            request.auth,
            data=request.form,
        )
        body = read_json(call, answer)
        try:
            return self._sign_in.take(body if isinstance(body, dict) else {})
        except SettingError as error:
            raise call.error("not_coopcycle", CONNECTION) from error

    def _exchange(
        self,
        call: Call,
        url: str,
        auth: AuthBase | None,
        *,
        largest: int | None = None,
        **content: Any,
    ) -> Answer:
        with self._logged(call.method, call.path):
            try:
                return self._send(
                    call.method,
                    url,
                    largest or LARGEST_ANSWER,
                    is_harmless=call.is_harmless,
                    auth=auth,
                    **content,
                )
            except NoAnswerError as failure:
                scope = call.unanswered if failure.may_be_sent else CONNECTION
                raise call.error(failure.code, scope) from failure


def _read_list(call: Call, body: Any) -> tuple[list[dict], int]:
    """Return the records of a page, and how many there are in all."""
    body = body if isinstance(body, dict) else {}
    members, total = body.get("hydra:member"), body.get("hydra:totalItems")
    if (
        not isinstance(members, list)
        or not all(isinstance(member, dict) for member in members)
        or type(total) is not int
        or not 0 <= total <= MOST_RECORDS
    ):
        raise call.improper()
    return members, total
