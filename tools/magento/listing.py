"""A list of what has ids, read by these, so that one bad record holds up no other.

Each page asks for what follows the last id. So nothing moves to another page while the
list is read; and where the shop fails at a page, it is made smaller until the record is
alone at which the shop fails.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .amounts import id_of
from .answers import Call
from .errors import MagentoConnectionError, MagentoDocumentError, MagentoError
from .messages import words
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
        self.ids = sorted(map(int, ids))
        # What is asked for next: so many after the last id, of these one page
        self.most = self.size = size
        self.last = "0"
        self.number = 1
        # How many came after the last id, and how many the shop keeps to itself
        self.seen = self.kept_back = 0
        self.page: Page | None = None
        self.was_well = False
        self.moods = 0
        self.is_over = False

    def __iter__(self) -> Iterator[Page | Broken]:
        """Yield the pages, and the records between them that the shop cannot give.

        :raise MagentoError: the shop does not answer, whatever it is asked for
        """
        while not self.is_over:
            try:
                page = self._read(self._following(), self.number, self.size)
            except MagentoError as error:
                if broken := self._narrow_down(error):
                    yield broken
            else:
                self._check(page)
                yield page
                self._go_on(page)

    def _narrow_down(self, error: MagentoError) -> Broken | None:
        """Ask for less, until the record is alone at which the shop fails.

        :return: that record, None if it is not known yet
        :raise MagentoError: it is no record's fault
        """
        broken = None
        if _is_of_size(error) and self.size > SMALLEST_SIZE:
            self.most = self.size = max(SMALLEST_SIZE, self.size // 2)
        elif not may_be_of_one(error) or not self._is_well():
            raise error
        elif self.size > 1:
            self.size //= 2
        elif magento_id := self._find_broken():
            self.last = magento_id
            broken = Broken(magento_id, error)
        else:
            self.moods += 1
            if self.moods > MOST_MOODS:
                raise error
        self.number, self.seen = 1, 0
        return broken

    def _check(self, page: Page) -> None:
        """Check that a page can be the one that was asked for.

        :raise MagentoConnectionError: it cannot
        """
        is_again = self.page and page.items and page.items == self.page.items
        left = page.total_count - self.seen
        if is_again or (not page.items and left > self.kept_back):
            raise self._error("page_missing")

    def _go_on(self, page: Page) -> None:
        """Ask for what follows a page, if anything does."""
        self.seen += len(page.items)
        if not page.items or page.total_count <= self.seen:
            self.is_over = True
            return
        # Extensions count some records that they do not let be seen
        self.kept_back = min(self.size, page.total_count) - len(page.items)
        self.page, self.was_well = page, False
        if following := _last_id(page, self.last):
            self.last, self.number, self.seen = following, 1, 0
            self.size = min(self.most, 2 * self.size)
        else:  # without ids there are only the numbers of pages
            self.number += 1

    def _following(self) -> SearchCriteria:
        if self.last == "0":
            return self.criteria
        return self.criteria.where("entity_id", "gt", self.last)

    def _read(self, criteria: SearchCriteria, number: int, size: int) -> Page:
        query = criteria.on_page(number, size).parameters(self.fields)
        body = self.client.get(self.path, query)
        page = read_page(body)
        if page is None:
            raise self._error("improper_answer", message=words(body))
        return page

    def _is_well(self) -> bool:
        """Say whether the shop answers where there is nothing to give."""
        if not self.was_well:
            try:
                self._read(self.criteria.where("entity_id", "eq", "0"), 1, 1)
            except MagentoError:
                return False
        self.was_well = True
        return True

    def _find_broken(self) -> str:
        """Return the first id after the last at which the shop fails.

        Nobody says which it is: it is in the smallest range of ids for which the shop
        fails. "" if it does not fail any more.
        """
        low = int(self.last)
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

    def _error(self, code: str, message: str = "") -> MagentoError:
        call = Call("GET", self.path)
        return call.error(MagentoConnectionError, code, message=message)


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
