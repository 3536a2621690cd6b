"""The table of routes: who answers which request, and the right that it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from .answers import wrong_type

ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Route:
    """One method and path of the API.

    :param right: the ACL resource that the caller must have
    """

    method: str
    parts: tuple[str, ...]
    right: str
    answer: Callable


@dataclass
class Call:
    """One request to the API.

    :param server: the :class:`MagentoSimulator`
    :param parts: what stands in the path's places, by name
    :param query: the query as PHP reads it
    :param previous_page: a list shall repeat the page before the one asked for
    """

    server: object
    parts: dict[str, str]
    query: dict
    body: dict = field(default_factory=dict)
    previous_page: bool = False

    @property
    def book(self):
        """Return the shop's book."""
        return self.server.book

    def number(self, name: str) -> int:
        """Return an id of the path: leading zeros are dropped, letters refused."""
        text = self.parts[name]
        if not text.isdecimal():
            raise wrong_type(text, "int")
        return int(text)


_ROUTES: list[Route] = []


def route(method: str, path: str, right: str) -> Callable:
    """Let the decorated function answer this route."""

    def register(answer: Callable) -> Callable:
        parts = tuple(path.strip("/").split("/"))
        _ROUTES.append(Route(method, parts, right, answer))
        return answer

    return register


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a path such as ``/V1/orders/1``, and its places."""
    given = path.strip("/").split("/")
    for one in _ROUTES:
        if one.method != method or len(one.parts) != len(given):
            continue
        places = _matched(one.parts, given)
        if places is not None:
            return one, places
    return None


def all_rights() -> set[str]:
    """Return every right that some route asks for."""
    return {one.right for one in _ROUTES} - {ANONYMOUS}


def _matched(parts: tuple[str, ...], given: list[str]) -> dict[str, str] | None:
    places = {}
    for part, text in zip(parts, given, strict=True):
        if part[:1] == ":":
            places[part[1:]] = unquote(text)
        elif part != text:
            return None
    return places
