"""``searchCriteria``: filters, sorting and pages, as Magento and MySQL read them."""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from .answers import RestError, internal_error, required, unsupported

_UPPER = re.compile(r"(?<=\w)(?=[A-Z])")
_KEY_PARTS = re.compile(r"\[([^\]]*)\]")
_KEYS = {"filter_groups", "sort_orders", "page_size", "current_page"}


@dataclass(frozen=True)
class InputLimits:
    """Magento's optional input limits; off by default."""

    maximum_page_size: int = 300
    default_page_size: int = 20
    complex_array_limit: int = 20


def snake(name: str) -> str:
    """Return ``pageSize`` as ``page_size``."""
    return _UPPER.sub("_", name).lower()


def nested(pairs: Iterable[tuple[str, str]]) -> dict:
    """Return PHP's reading of ``a[b][0]=c``: nested dictionaries."""
    root: dict = {}
    for name, value in pairs:
        parts = [name.partition("[")[0], *_KEY_PARTS.findall(name)]
        place = root
        for part in parts[:-1]:
            if not isinstance(place.get(part), dict):
                place[part] = {}
            place = place[part]
        place[parts[-1] or str(len(place))] = value
    return root


class SearchCriteria:
    """One search, as the query asks for it."""

    def __init__(self, query: dict, limits: InputLimits | None = None):
        given = query.get("searchCriteria", query.get("search_criteria"))
        if given is None:
            raise required("searchCriteria")
        raw = given if isinstance(given, dict) else {}
        if limits and _integer(raw.get("pageSize")) > limits.maximum_page_size:
            raise RestError(
                400,
                "Maximum SearchCriteria pageSize is %max",
                {"max": limits.maximum_page_size},
            )
        parts = {snake(name): value for name, value in raw.items()}
        for name in parts:
            if name not in _KEYS:
                raise unsupported(name.title().replace("_", ""))
        self.groups = [
            [_filter(one) for one in _listed(group.get("filters"))]
            for group in _listed(parts.get("filter_groups"))
        ]
        self.sort_orders = [
            _sort_order(one) for one in _listed(parts.get("sort_orders"))
        ]
        self.page_size = _integer(parts["page_size"]) if "page_size" in parts else None
        self.current_page = (
            _integer(parts["current_page"]) if "current_page" in parts else None
        )
        if limits and self.page_size is None:
            self.page_size = limits.default_page_size

    def echo(self) -> dict:
        """Return the ``search_criteria`` of the answer."""
        said: dict = {"filter_groups": [{"filters": group} for group in self.groups]}
        if self.sort_orders:
            said["sort_orders"] = self.sort_orders
        if self.page_size is not None:
            said["page_size"] = self.page_size
        if self.current_page is not None:
            said["current_page"] = self.current_page
        return said

    def apply(self, documents: Iterable[dict], columns: frozenset[str]) -> list[dict]:
        """Return all documents that match, sorted.

        :param columns: the fields that exist; any other one is an internal error
        """
        found = list(documents)
        for group in self.groups:
            tests = [_test(one, columns) for one in group]
            if len(tests) == 1:
                found = [one for one in found if tests[0](one)]
            elif tests:
                found = [one for one in found if any(test(one) for test in tests)]
        for order in reversed(self.sort_orders):
            name = order["field"]
            if name not in columns:
                raise internal_error()
            found.sort(key=_sort_key(name), reverse=order["direction"] == "DESC")
        return found

    def forget_where_it_begins(self) -> None:
        """Drop what asks for later ids alone, as a cache that knows no queries does."""
        self.groups = [
            group
            for group in self.groups
            if not any(
                one["field"] == "entity_id" and one["condition_type"] == "gt"
                for one in group
            )
        ]

    def page(self, found: list, previous: bool = False) -> list:
        """Return the documents of the page that is asked for, or of the one before."""
        if not self.page_size:
            return found
        number = max((self.current_page or 1) - previous, 1)
        start = (number - 1) * self.page_size
        return found[start : start + self.page_size]


def _listed(given: object) -> list[dict]:
    """Return the elements of ``[0]=…&[1]=…``."""
    values = given.values() if isinstance(given, dict) else ()
    return [value for value in values if isinstance(value, dict)]


def _integer(value: object) -> int:
    text = str(value or 0)
    return int(text) if text.lstrip("-").isdecimal() else 0


def _filter(given: dict) -> dict:
    named = {snake(name): value for name, value in given.items()}
    value = named.get("value", "")
    if isinstance(value, dict):
        value = ",".join(value.values())
    return {
        "field": named.get("field", ""),
        "value": value,
        "condition_type": named.get("condition_type") or "eq",
    }


def _sort_order(given: dict) -> dict:
    named = {snake(name): value for name, value in given.items()}
    direction = (named.get("direction") or "DESC").upper()
    return {"field": named.get("field", ""), "direction": direction}


def _sort_key(name: str) -> Callable[[dict], tuple]:
    """Return a key that puts nothing first, as MySQL does."""

    def key(document: dict) -> tuple:
        value = document.get(name)
        if value is None:
            return (0,)
        return (1, value) if isinstance(value, int | float) else (2, str(value))

    return key


def _test(one: dict, columns: frozenset[str]) -> Callable[[dict], bool]:
    name = one["field"]
    if name not in columns:
        raise internal_error()
    condition, wanted = one["condition_type"], one["value"]
    if condition in ("null", "notnull"):
        absent = condition == "null"
        return lambda document: (document.get(name) is None) == absent
    compare = _COMPARISONS.get(condition, _equal)(wanted)

    def test(document: dict) -> bool:
        value = document.get(name)
        return value is not None and compare(value)

    return test


class _Wanted:
    """The value of a filter, in each form that MySQL may compare it in."""

    def __init__(self, text: str):
        self._text = text.lower()
        self._moment = _moment(text)
        try:
            self._number = float(text)
        except ValueError:
            self._number = 0.0

    def beside(self, value: object) -> tuple:
        """Return a document's value and this one, both as numbers, dates or texts."""
        if isinstance(value, int | float):
            return value, self._number
        text = str(value)
        if len(text) == 19 and text[4] == "-" and text[10] == " ":
            return text, self._moment
        return text.lower(), self._text


def _moment(text: str) -> str:
    """Return a date as the database reads it: an offset is ignored."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", ""))
    except ValueError:
        return text
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _comparing(
    holds: Callable[[object, object], bool],
) -> Callable[[str], Callable[[object], bool]]:
    def prepare(text: str) -> Callable[[object], bool]:
        wanted = _Wanted(text)
        return lambda value: holds(*wanted.beside(value))

    return prepare


_equal = _comparing(operator.eq)


def _among(wanted: str) -> Callable[[object], bool]:
    tests = [_equal(part.strip()) for part in wanted.split(",")]
    return lambda value: any(test(value) for test in tests)


def _not_among(wanted: str) -> Callable[[object], bool]:
    among = _among(wanted)
    return lambda value: not among(value)


def _like(wanted: str) -> Callable[[object], bool]:
    parts = {"%": ".*", "_": "."}
    pattern = "".join(parts.get(sign, re.escape(sign)) for sign in wanted)
    matches = re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch
    return lambda value: bool(matches(str(value)))


def _find_in_set(wanted: str) -> Callable[[object], bool]:
    return lambda value: wanted in str(value).split(",")


_COMPARISONS = {
    "eq": _equal,
    "neq": _comparing(operator.ne),
    "gt": _comparing(operator.gt),
    "gteq": _comparing(operator.ge),
    "from": _comparing(operator.ge),
    "lt": _comparing(operator.lt),
    "lteq": _comparing(operator.le),
    "to": _comparing(operator.le),
    "in": _among,
    "nin": _not_among,
    "like": _like,
    "finset": _find_in_set,
}
