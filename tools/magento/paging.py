"""Lists, page by page."""

import re
from dataclasses import dataclass
from typing import Any

from .amounts import as_list

_COUNT = re.compile("[0-9]{1,10}")
# The size that Magento's own limits leave to those who name none.
SMALLEST_SIZE = 20


@dataclass(frozen=True)
class Page:
    """A part of a list.

    :param items: as the shop gave them; some may have been on an earlier page
    :param total_count: how many the list has in all, as of this page
    """

    items: list[Any]
    total_count: int


def read_page(body: Any) -> Page | None:
    """Return the page that an answer is, None if it is none."""
    if not isinstance(body, dict) or "items" not in body:
        return None
    # Of an empty list, "fields" makes null.
    items = [] if body["items"] is None else as_list(body["items"])
    total = str(body.get("total_count"))
    if items is None or not _COUNT.fullmatch(total):
        return None
    return Page(items, int(total))


def size_given(body: dict[str, Any], page: Page, number: int, size: int) -> int:
    """Return the page size that the shop went by: at most what was asked for.

    :param number: which page was asked for; the first is 1
    """
    expected = min(size, page.total_count - (number - 1) * size)
    if not page.items or len(page.items) >= expected:
        return size
    criteria = body.get("search_criteria")
    own_size = criteria.get("page_size") if isinstance(criteria, dict) else None
    if type(own_size) is not int or own_size < 1:
        own_size = len(page.items)
    return min(size, own_size)


def with_counts(fields: str | None) -> str:
    """Return Magento's ``fields``, with those that reading page by page needs."""
    if not fields:
        return ""
    needed = ("total_count", "search_criteria")
    return ",".join([fields, *(name for name in needed if name not in fields)])
