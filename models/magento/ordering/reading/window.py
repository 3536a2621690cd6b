"""The pages of a list of the shop, none of them twice and none of them left out."""

import time
from datetime import timedelta

from odoo import fields
from odoo.tools import split_every

from .....tools.magento import Broken, SearchCriteria
from .keys import key_of, last_id, only_ids

# What changes while it is read, and clocks that differ
OVERLAP = timedelta(minutes=10)
# A filter's values stand in the address, which servers do not read without end
LARGEST_FILTER = 100
# The shop fails at so many records one after the other: it is not for these
MOST_BROKEN = 20


class Window:
    """Reads a list for an operation, which remembers how far it was read.

    Its `watermark` is the moment (UTC) before which all changes were read; of a window
    that is not finished, `window_started_at` is the next watermark and `cursor` the
    last id that was read. Pages are lists of what Magento gives, each thing once; a
    page is committed before the next one is read.

    :param operation: the `magento.operation`, elevated, in its company
    :param str path: of the list in Magento's API
    :param keep: what to do with a `Broken`, at which the shop's list fails
    :param float deadline: `time.monotonic()` after which the rest is left to another
        run; None for no end
    """

    def __init__(self, operation, path, keep=None, deadline=None):
        self.operation = operation
        self.path = path
        self.keep = keep or (lambda broken: None)
        self.deadline = deadline
        self.broken = set()

    # What changed since the last run

    def read_changes(self, take, since=None, skip=()):
        """Read what changed since the watermark, which moves when all was read.

        There is no upper end: what changes meanwhile would leave the list.

        :param take: what to do with a page
        :param since: what was made before this moment (UTC) is not asked for, as long
            as there is no watermark
        :param skip: ids that no page is to have
        :return: whether all was read; if not, the next run is asked for
        :raise MagentoError: see `read_pages`, and where the shop fails at too many
        """
        operation = self.operation
        if not operation.window_started_at:
            now = fields.Datetime.now()
            operation.write({"window_started_at": now, "cursor": False})
        broken_in_a_row = 0
        for page in self.read_pages(self._get_changed(since, skip)):
            if isinstance(page, Broken):
                broken_in_a_row += 1
                operation.cursor = page.magento_id
            else:
                broken_in_a_row = 0
                take([raw for raw in page if key_of(raw) not in skip])
                operation.cursor = last_id(page) or operation.cursor
            self._commit()
            if broken_in_a_row == MOST_BROKEN:
                raise page.error
            if self.is_over():
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

    def is_over(self):
        """Say whether the rest is left to another run."""
        return self.deadline is not None and time.monotonic() > self.deadline

    def _commit(self):
        self.operation._commit()
        self.operation.env.invalidate_all()  # memory must not grow with what is read

    def _get_changed(self, since, skip):
        operation = self.operation
        criteria = SearchCriteria()
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
        # The shop has just failed at these
        for part in split_every(LARGEST_FILTER, sorted(self.broken & set(skip)), list):
            criteria = criteria.where("entity_id", "nin", part)
        return criteria

    # What somebody names

    def read_those(self, take, field, values):
        """Read what has one of some values, which may be many.

        :param take: what to do with a page
        :param str field: its name in Magento; ids that Magento never gave are left out
        :return: whether all was read
        :raise MagentoError: see `read_pages`
        """
        return all(
            self._read(take, criteria, ids)
            for criteria, ids in self._get_those(field, values)
        )

    def read_made_between(self, take, date_from=None, date_to=None):
        """Read what was made between two moments (UTC), None for no end.

        :param take: what to do with a page
        :return: whether all was read
        :raise MagentoError: see `read_pages`
        """
        criteria = SearchCriteria()
        if date_from:
            criteria = criteria.where("created_at", "gteq", date_from)
        if date_to:
            criteria = criteria.where("created_at", "lteq", date_to)
        return self._read(take, criteria)

    def find_ids(self, field, values):
        """Return the ids of what has one of some values.

        :raise MagentoError: see `read_pages`
        """
        return only_ids(
            key_of(raw)
            for criteria, _ids in self._get_those(field, values)
            for page in self.read_pages(criteria, "items[entity_id]")
            if not isinstance(page, Broken)
            for raw in page
        )

    @staticmethod
    def _get_those(field, values):
        """Yield (criteria, their ids if these are known); none of them is too long."""
        is_id = field == "entity_id"
        values = only_ids(values) if is_id else values
        values = [value for value in values if "," not in value]  # no number has one
        for part in split_every(LARGEST_FILTER, values, list):
            yield SearchCriteria().where(field, "in", part), part if is_id else ()

    def _read(self, take, criteria, ids=()):
        for page in self.read_pages(criteria, ids=ids):
            if not isinstance(page, Broken):
                take(page)
            self._commit()
            if self.is_over():
                return False
        return True

    # Pages

    def read_pages(self, criteria, only=None, ids=()):
        """Yield the pages of a list, each thing once, and `Broken` ones between them.

        :param only: the part of each thing that is wanted, as Magento's `fields`
        :param ids: of what may be in it, if they are known
        :raise MagentoConnectionError: a page cannot be the one that was asked for;
            those before it can
        :raise MagentoError: the shop does not answer, or not properly
        """
        seen = set()
        with self.operation.connection_id._get_client() as client:
            for page in client.records(self.path, criteria, only, ids):
                if isinstance(page, Broken):
                    self.broken.add(page.magento_id)
                    self.keep(page)
                    yield page
                    continue
                fresh = {key_of(raw): raw for raw in page.items}
                seen_before = seen & fresh.keys()
                seen.update(fresh)
                yield [raw for key, raw in fresh.items() if key not in seen_before]
