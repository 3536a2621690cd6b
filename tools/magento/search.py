"""``searchCriteria``: which records a list of Magento gives, in which order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .dates import format_datetime

# Magento takes any other condition for "eq" without a word.
CONDITIONS = frozenset(
    "eq neq gt gteq lt lteq moreq from to in nin like nlike null notnull finset "
    "nfinset".split()
)


@dataclass(frozen=True)
class Filter:
    """One comparison.

    :param value: a text, number, or datetime as in :func:`.dates.format_datetime`;
        several of them for ``in`` and ``nin``; nothing for ``null`` and ``notnull``
    :raise ValueError: for an unknown condition, no value at all for ``in``, and a
        comma in one of several values, which Magento would take for two
    """

    field: str
    condition: str = "eq"
    value: Any = ""

    def __post_init__(self) -> None:
        if self.condition not in CONDITIONS:
            raise ValueError(f"Magento has no condition {self.condition}")
        # Made to a text now: an iterator or a list might be another one later.
        object.__setattr__(self, "value", _several_or_one(self.value))


@dataclass(frozen=True)
class SearchCriteria:
    """The criteria of a list; every method returns new ones.

    ``SearchCriteria().where("state", "in", ["new", "closed"]).sorted_by("entity_id")``

    :param groups: all must hold; of a group's filters one is enough
    :param sorting: (field, ``ASC`` or ``DESC``)
    :param page_size: None for all records, or what the shop takes for too many
    :param current_page: the first page is 1
    """

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorting: tuple[tuple[str, str], ...] = ()
    page_size: int | None = None
    current_page: int | None = None

    def where(
        self, field: str, condition: str = "eq", value: Any = ""
    ) -> "SearchCriteria":
        """Return these criteria, and this one as well."""
        return self.where_any(Filter(field, condition, value))

    def where_any(self, *filters: Filter) -> "SearchCriteria":
        """Return these criteria, and at least one of the filters as well."""
        return replace(self, groups=(*self.groups, filters))

    def sorted_by(self, field: str, direction: str = "ASC") -> "SearchCriteria":
        """Return these criteria, sorted by the field after what they sort by now."""
        return replace(self, sorting=(*self.sorting, (field, direction)))

    def on_page(self, number: int, size: int) -> "SearchCriteria":
        """Return the criteria of one page; the first is 1."""
        return replace(self, page_size=size, current_page=number)

    def parameters(self, fields: str = "") -> dict[str, str]:
        """Return the parameters of the query.

        :param fields: what the answer shall have, ``items[entity_id],total_count``;
            everything if it is empty
        """
        # Magento wants the criteria to be there even if there is nothing to say.
        found = dict(self._parameters()) or {"searchCriteria": ""}
        return {**found, "fields": fields} if fields else found

    def _parameters(self) -> Iterator[tuple[str, str]]:
        for group, filters in enumerate(self.groups):
            for index, each in enumerate(filters):
                name = f"searchCriteria[filter_groups][{group}][filters][{index}]"
                yield f"{name}[field]", each.field
                yield f"{name}[condition_type]", each.condition
                yield f"{name}[value]", each.value
        for index, (field, direction) in enumerate(self.sorting):
            yield f"searchCriteria[sortOrders][{index}][field]", field
            yield f"searchCriteria[sortOrders][{index}][direction]", direction
        # Written like this, a size beyond the shop's limit is not refused.
        if self.page_size:
            yield "searchCriteria[page_size]", str(self.page_size)
        if self.current_page:
            yield "searchCriteria[current_page]", str(self.current_page)


def _several_or_one(value: Any) -> str:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return _text(value)
    texts = [_text(each) for each in value]
    if not texts or any("," in text for text in texts):
        raise ValueError("Several values need at least one, and none with a comma")
    return ",".join(texts)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return format_datetime(value)
    return str(int(value)) if isinstance(value, bool) else str(value)
