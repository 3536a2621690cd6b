"""The REST API: from a method and a URL to an answer."""

from urllib.parse import parse_qsl, urlsplit

from ..serving.answers import HTML, Answer, json_answer
from ..serving.pages import ERROR_PAGE, NOT_FOUND_PAGE
from . import (  # noqa: F401 -- they fill the table of routes
    catalog_routes,
    creditmemo_routes,
    invoice_routes,
    order_routes,
    shipment_routes,
    store_routes,
)
from .answers import RestError, unauthorized
from .inputs import read_body
from .lists import trimmed
from .routes import ANONYMOUS, Call, Route, find_route
from .search_criteria import nested
from .xml_answers import xml_answer

_NO_ROUTE = RestError(404, "Request does not match any route.")
_NOT_PROCESSED = RestError(400, "Specified request cannot be processed.")


def respond(
    server,
    method: str,
    target: str,
    headers,
    raw: bytes,
    *,
    previous_page: bool = False,
) -> Answer:
    """Do what the request asks for, and return the answer.

    :param server: the :class:`MagentoSimulator`
    :param target: path and query
    """
    if "/rest/" not in target:
        return Answer(404, NOT_FOUND_PAGE, HTML)
    try:
        call, route = _call(server, method, target, headers, raw)
        call.previous_page = previous_page
        answer = json_answer(trimmed(call, route.answer(call)))
    except RestError as error:
        answer = error.answer
    accepted = headers.get("Accept", "")
    if accepted.startswith("application/xml"):
        return xml_answer(answer)
    if accepted.startswith("text/html") and answer.content_type != HTML:
        return Answer(500, ERROR_PAGE, HTML)
    return answer


def _call(server, method: str, target: str, headers, raw: bytes) -> tuple[Call, Route]:
    """Return the request, and the route that answers it."""
    parts = urlsplit(target)
    path = parts.path.removeprefix("/index.php")
    found = find_route(method, _api_path(server, path))
    if not found:
        raise _NO_ROUTE
    route, places = found
    _check_right(server, route, method, target, headers, raw)
    body = {}
    if method in ("POST", "PUT"):
        body = read_body(raw, headers.get("Content-Type"))
    query = nested(parse_qsl(parts.query, keep_blank_values=True))
    return Call(server, places, query, body), route


def _api_path(server, path: str) -> str:
    """Return the path from ``V1`` on; a store code may stand before it."""
    parts = path.removeprefix("/rest/").split("/")
    if parts[0] != "V1":
        if len(parts) < 2 or parts[1] != "V1" or not server.shop.has_view(parts[0]):
            raise _NOT_PROCESSED
        del parts[0]
    return "/".join(parts)


def _check_right(
    server, route: Route, method: str, target: str, headers, raw: bytes
) -> None:
    if route.right == ANONYMOUS:
        return
    url = f"http://{headers.get('Host')}{target}"
    form = headers.get("Content-Type") == "application/x-www-form-urlencoded"
    caller = server.sign_ins.caller(
        method,
        url,
        headers.get("Authorization", ""),
        raw.decode() if form else "",
    )
    allowed = caller == "admin" or (caller and route.right in server.rights)
    if not allowed:
        raise unauthorized(route.right)
