"""The pages of a list of the shop, none of them twice and none of them left out."""

import time
from datetime import timedelta

from odoo import fields
from odoo.tools import split_every

from .....tools.magento import MagentoConnectionError, SearchCriteria
from .keys import key_of, last_id, only_ids

# What changes while it is read, and clocks that differ
OVERLAP = timedelta(minutes=10)
# A filter's values stand in the address, which servers do not read without end
LARGEST_FILTER = 100


class Window:
    """Reads a list for an operation, which remembers how far it was read.

    Its `watermark` is the moment (UTC) before which all changes were read; of a window
    that is not finished, `window_started_at` is the next watermark and `cursor` the
    last id that was read. Pages are lists of what Magento gives, each thing once; a
    page is committed before the next one is read.

    :param operation: the `magento.operation`, elevated, in its company
    :param str path: of the list in Magento's API
    """

    def __init__(self, operation, path):
        self.operation = operation
        self.path = path

    # What changed since the last run

    def read_changes(self, take, since=None, skip=(), deadline=None):
        """Read what changed since the watermark, which moves when all was read.

        There is no upper end: what changes meanwhile would leave the list, and the
        others move to pages that were read already.

        :param take: what to do with a page
        :param since: what was made before this moment (UTC) is not asked for, as long
            as there is no watermark
        :param skip: ids that no page is to have
        :param float deadline: `time.monotonic()` after which the next run, which is
            asked for, goes on; None for no end
        :return: whether all was read
        :raise MagentoError: see `read_pages`
        """
        operation = self.operation
        if not operation.window_started_at:
            now = fields.Datetime.now()
            operation.write({"window_started_at": now, "cursor": False})
        for page in self.read_pages(self._get_changed(since)):
            take([raw for raw in page if key_of(raw) not in skip])
            operation.cursor = last_id(page) or operation.cursor
            operation._commit()
            operation.env.invalidate_all()  # memory must not grow with what is read
            if deadline and time.monotonic() > deadline:
                cron = f"coopcycle_magento.ir_cron_{operation.code}"
                operation.env.ref(cron)._trigger()
                return False
        operation.write(
            {
                "watermark": operation.window_started_at,
                "window_started_at": False,
                "cursor": False,
            }
        )
        return True

    def _get_changed(self, since):
        operation = self.operation
        criteria = _by_id()
        if operation.watermark:
            changed_since = operation.watermark - OVERLAP
            criteria = criteria.where("updated_at", "gteq", changed_since)
        elif since:
            criteria = criteria.where("created_at", "gteq", since)
        if operation.cursor:
            criteria = criteria.where("entity_id", "gt", operation.cursor)
        stores = operation.connection_id.store_ids
        excluded = stores.filtered(lambda store: not store.import_orders)
        if excluded:
            criteria = criteria.where("store_id", "nin", excluded.mapped("magento_id"))
        return criteria

    # What somebody names

    def read_those(self, take, field, values):
        """Read what has one of some values, which may be many.

        :param take: what to do with a page
        :param str field: its name in Magento; ids that Magento never gave are left out
        :raise MagentoError: see `read_pages`
        """
        for criteria in self._get_those(field, values):
            self._read(take, criteria)

    def read_made_between(self, take, date_from=None, date_to=None):
        """Read what was made between two moments (UTC), None for no end.

        :param take: what to do with a page
        :raise MagentoError: see `read_pages`
        """
        criteria = _by_id()
        if date_from:
            criteria = criteria.where("created_at", "gteq", date_from)
        if date_to:
            criteria = criteria.where("created_at", "lteq", date_to)
        self._read(take, criteria)

    def find_ids(self, field, values):
        """Return the ids of what has one of some values.

        :raise MagentoError: see `read_pages`
        """
        return only_ids(
            key_of(raw)
            for criteria in self._get_those(field, values)
            for page in self.read_pages(criteria, "items[entity_id]")
            for raw in page
        )

    @staticmethod
    def _get_those(field, values):
        """Yield criteria, so many that none of them is too long."""
        values = only_ids(values) if field == "entity_id" else values
        for part in split_every(LARGEST_FILTER, values, list):
            yield _by_id().where(field, "in", part)

    def _read(self, take, criteria):
        for page in self.read_pages(criteria):
            take(page)
            self.operation._commit()

    # Pages

    def read_pages(self, criteria, only=None):
        """Yield the pages of a list, each thing once.

        :param only: the part of each thing that is wanted, as Magento's `fields`
        :raise MagentoConnectionError: a page cannot be the one that was asked for;
            those before it can
        :raise MagentoError: the shop does not answer, or not properly
        """
        seen, total = set(), 0
        with self.operation.connection_id._get_client() as client:
            for page in client.pages(self.path, criteria, only):
                fresh = {key_of(raw): raw for raw in page.items}
                fresh = {key: raw for key, raw in fresh.items() if key not in seen}
                # The one before once more; or some have moved up to it meanwhile
                if (page.items and not fresh) or page.total_count < total:
                    raise self._page_missing()
                total = page.total_count
                seen.update(fresh)
                yield list(fresh.values())
        if len(seen) < total:
            raise self._page_missing()

    def _page_missing(self):
        return MagentoConnectionError("page_missing", method="GET", path=self.path)


def _by_id():
    return SearchCriteria().sorted_by("entity_id")
