import time
from datetime import timedelta

from odoo import _, fields, models
from odoo.tools import split_every

from ....tools.magento import MagentoConnectionError, MagentoError, SearchCriteria
from .importing import WITHOUT_ID, OrderPage, PageResult, key_of

# Orders that change while they are read, and clocks that differ
OVERLAP = timedelta(minutes=10)
# A filter's values stand in the address, which servers do not read without end
LARGEST_FILTER = 100


class MagentoOperation(models.Model):
    """Reading orders: which ones, page by page."""

    _inherit = "magento.operation"

    def _run_import_orders(self, log, deadline, **asked_for):
        """Import new and changed orders, or those that somebody asks for.

        :param asked_for: what `_asked_for` takes
        :raise MagentoError: the shop could not be read to the end; what was read is in
        """
        result = PageResult()
        try:
            self.connection_id._fetch_if_needed()
            if asked_for:
                self._import_asked_for(log, result, **asked_for)
            else:
                tried = self._retry_waiting(log, result)
                self._import_window(log, result, deadline, tried)
        except MagentoError:
            log._summarize(result)
            raise
        log._summarize(result)

    @staticmethod
    def _asked_for(magento_ids=(), increment_ids=(), date_from=None, date_to=None):
        """Return the criteria of some orders.

        :param magento_ids: their ids in Magento
        :param increment_ids: their numbers
        :param date_from, date_to: placed in between (UTC)
        """
        criteria = SearchCriteria().sorted_by("entity_id")
        if magento_ids:
            criteria = criteria.where("entity_id", "in", magento_ids)
        if increment_ids:
            criteria = criteria.where("increment_id", "in", increment_ids)
        if date_from:
            criteria = criteria.where("created_at", "gteq", date_from)
        if date_to:
            criteria = criteria.where("created_at", "lteq", date_to)
        return criteria

    def _import_window(self, log, result, deadline, tried):
        """Import what changed since the watermark, which moves when all was read.

        There is no upper end: an order that changes meanwhile would leave the list, and
        the others move to pages that were read already.

        :param tried: ids of orders that were tried in this run already
        """
        if not self.window_started_at:
            self.write({"window_started_at": fields.Datetime.now(), "cursor": False})
        for page in self._read_pages(self._window_criteria()):
            fresh = [raw for raw in page if key_of(raw) not in tried]
            self._import_page(fresh, log, result)
            self.cursor = _last_id(page) or self.cursor
            self._commit()
            self.env.invalidate_all()  # memory must not grow with the number of orders
            if deadline and time.monotonic() > deadline:
                log._add_lines([(_("More orders follow in the next run."), None)])
                self.env.ref("coopcycle_magento.ir_cron_import_orders")._trigger()
                return
        self.write(
            {
                "watermark": self.window_started_at,
                "window_started_at": False,
                "cursor": False,
            }
        )

    def _window_criteria(self):
        criteria = SearchCriteria().sorted_by("entity_id")
        if self.watermark:
            criteria = criteria.where("updated_at", "gteq", self.watermark - OVERLAP)
        elif self.connection_id.import_since:
            since = self.connection_id.import_since
            criteria = criteria.where("created_at", "gteq", since)
        if self.cursor:
            criteria = criteria.where("entity_id", "gt", self.cursor)
        excluded = self.connection_id.store_ids.filtered(lambda s: not s.import_orders)
        if excluded:
            criteria = criteria.where("store_id", "nin", excluded.mapped("magento_id"))
        return criteria

    def _read_pages(self, criteria):
        """Yield lists of raw orders, each order once.

        :raise MagentoConnectionError: a page cannot be the one that was asked for;
            those before it can
        """
        seen, total = set(), 0
        with self.connection_id._get_client() as client:
            for page in client.pages("orders", criteria):
                fresh = {key_of(raw): raw for raw in page.items}
                fresh = {key: raw for key, raw in fresh.items() if key not in seen}
                # The one before once more; or orders have moved up to it meanwhile
                if (page.items and not fresh) or page.total_count < total:
                    raise _page_missing()
                total = page.total_count
                seen.update(fresh)
                yield list(fresh.values())
        if len(seen) < total:
            raise _page_missing()

    def _import_page(self, raw_orders, log, result, is_asked_for=False):
        OrderPage(self.connection_id, log, is_asked_for).import_(raw_orders, result)

    def _retry_waiting(self, log, result):
        """Try the orders again that could not come in so far.

        :return: the ids of these orders
        """
        waiting = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("kind", "=", "order"),
                ("direction", "=", "pull"),
                ("sync_state", "=", "pending"),
            ]
        )
        ids = waiting.mapped("magento_id")
        return self._import_asked_for(log, result, magento_ids=ids) if ids else set()

    def _import_asked_for(self, log, result, **asked_for):
        """Import orders that somebody names, whatever their state and date.

        :param asked_for: what `_asked_for` takes
        :return: the ids of those that Magento has
        """
        found = set()
        for criteria in self._in_parts(**asked_for):
            for page in self._read_pages(criteria):
                self._import_page(page, log, result, is_asked_for=True)
                found.update(map(key_of, page))
                self._commit()
        return found

    def _in_parts(self, magento_ids=(), increment_ids=(), **dates):
        """Yield criteria, so many that none of them is too long."""
        ids = [each for each in magento_ids if not each.startswith(WITHOUT_ID)]
        for name, values in (("magento_ids", ids), ("increment_ids", increment_ids)):
            for part in split_every(LARGEST_FILTER, values, list):
                yield self._asked_for(**{name: part})
        if not magento_ids and not increment_ids:
            yield self._asked_for(**dates)


def _last_id(page):
    """Return the id of the last order that has one."""
    ids = [key for key in map(key_of, page) if not key.startswith(WITHOUT_ID)]
    return ids[-1] if ids else None


def _page_missing():
    return MagentoConnectionError("page_missing", method="GET", path="orders")
