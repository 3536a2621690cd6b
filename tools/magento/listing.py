"""A list of what has ids, read by these, so that one bad record holds up no other.

Each page asks for what follows the last id. So nothing moves to another page while the
list is read; and where the shop fails at a page, it is made smaller until the record is
alone at which the shop fails.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .amounts import id_of
from .answers import Call
from .errors import MagentoConnectionError, MagentoDocumentError, MagentoError
from .paging import SMALLEST_SIZE, Page, read_page, with_counts
from .search import SearchCriteria

if TYPE_CHECKING:
    from .client import MagentoClient

# Magento's ids are not larger
LARGEST_ID = 2**32
# Records that the shop fails at and gives a moment later
MOST_MOODS = 3


@dataclass(frozen=True)
class Broken:
    """A record at which the shop's own list fails, and how."""

    magento_id: str
    error: MagentoError


class Listing:
    """Reads a list in the sequence of its ids.

    :param criteria: which records; what they are sorted by is added
    :param fields: as Magento takes it; the ids must be among them
    :param size: of the pages; it shrinks if the shop insists
    :param ids: of the records that may be in it, if they are known
    """

    def __init__(
        self,
        client: "MagentoClient",
        path: str,
        criteria: SearchCriteria,
        fields: str | None,
        size: int,
        ids: Iterable[str] = (),
    ) -> None:
        self.client = client
        self.path = path
        self.criteria = criteria.sorted_by("entity_id")
        self.fields = with_counts(fields)
        self.size = size
        self.ids = sorted(map(int, ids))

    def __iter__(self) -> Iterator[Page | Broken]:
        """Yield the pages, and the records between them that the shop cannot give.

        :raise MagentoError: the shop does not answer, whatever it is asked for
        """
        last, number, size, moods = "0", 1, self.size, 0
        seen = kept_back = 0
        former: list[Any] = []
        answers = False
        while True:
            try:
                page = self._read(self._after(last), number, size)
            except MagentoError as error:
                if _is_of_size(error) and size > SMALLEST_SIZE:
                    self.size = size = max(SMALLEST_SIZE, size // 2)
                elif not may_be_of_one(error) or not (answers or self._answers()):
                    raise
                elif size > 1:
                    size //= 2
                elif broken := self._find_broken(last):
                    yield Broken(broken, error)
                    last = broken
                elif (moods := moods + 1) > MOST_MOODS:
                    raise
                number, seen, answers = 1, 0, True
                continue
            answers = False
            seen += len(page.items)
            if page.items:
                # Extensions count some records that they do not let be seen
                kept_back = min(size, page.total_count) - len(page.items)
            elif page.total_count - seen > kept_back:
                raise self._error("page_missing")
            if page.items and page.items == former:
                raise self._error("page_missing")
            yield page
            if not page.items or page.total_count <= seen:
                return
            former = page.items
            if following := _last_id(page, last):
                last, number, seen = following, 1, 0
                size = min(self.size, 2 * size)
            else:  # without ids there are only the numbers of pages
                number += 1

    def _after(self, last: str) -> SearchCriteria:
        if last == "0":
            return self.criteria
        return self.criteria.where("entity_id", "gt", last)

    def _read(self, criteria: SearchCriteria, number: int, size: int) -> Page:
        query = criteria.on_page(number, size).parameters(self.fields)
        page = read_page(self.client.get(self.path, query))
        if page is None:
            raise self._error("improper_answer")
        return page

    def _answers(self) -> bool:
        """Say whether the shop answers where there is nothing to give."""
        try:
            self._read(self.criteria.where("entity_id", "eq", "0"), 1, 1)
        except MagentoError:
            return False
        return True

    def _find_broken(self, last: str) -> str:
        """Return the first id after the last at which the shop fails.

        Nobody says which it is: it is in the smallest range of ids for which the shop
        fails. "" if it does not fail any more.
        """
        low = int(last)
        if left := [number for number in self.ids if number > low]:
            failing = (high for high in left[:-1] if self._fails(low, high))
            return str(next(failing, left[-1]))
        step = 1
        while not self._fails(low, low + step):
            low, step = low + step, 2 * step
            if low > LARGEST_ID:
                return ""
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            if self._fails(low, middle):
                high = middle
            else:
                low = middle
        return str(high)

    def _fails(self, low: int, high: int) -> bool:
        """Say whether the shop fails at the ids after one and up to another."""
        criteria = self.criteria.where("entity_id", "gt", low)
        try:
            self._read(criteria.where("entity_id", "lteq", high), 1, 1)
        except MagentoError as error:
            if not may_be_of_one(error):
                raise
            return True
        return False

    def _error(self, code: str) -> MagentoError:
        return Call("GET", self.path).error(MagentoConnectionError, code)


def _is_of_size(error: MagentoError) -> bool:
    """Say whether the shop may refuse pages of this size."""
    return isinstance(error, MagentoDocumentError) and error.status == 400


def may_be_of_one(error: MagentoError) -> bool:
    """Say whether one record of the page may be what the shop fails at."""
    codes = ("answer_too_large", "improper_answer")
    return error.code in codes or error.status in (200, 500)


def _last_id(page: Page, last: str) -> str:
    """Return the last id of a page that goes beyond the last one, "" if none does."""
    ids = (id_of(raw) for raw in reversed(page.items))
    return next((each for each in ids if each and int(each) > int(last)), "")
