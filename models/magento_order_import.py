import time
from datetime import timedelta

from odoo import _, fields, models

from ..tools.magento import MagentoConnectionError, SearchCriteria
from .ordering import OrderPage, PageResult

# Orders that change while they are read, and clocks that differ
OVERLAP = timedelta(minutes=10)


class MagentoOperation(models.Model):
    """Reading orders: which ones, page by page."""

    _inherit = "magento.operation"

    def _run_import_orders(self, log, deadline, **asked_for):
        """Import new and changed orders, or those that somebody asks for.

        :param asked_for: what `_asked_for` takes
        """
        connection = self.connection_id
        connection._fetch_if_needed()
        result = PageResult()
        if asked_for:
            result += self._import_asked_for(self._asked_for(**asked_for), log)
        else:
            result += self._retry_waiting(log)
            result += self._import_window(log, deadline)
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

    def _import_window(self, log, deadline):
        """Import what changed since the watermark, which moves when all was read.

        There is no upper end: an order that changes meanwhile would leave the list, and
        the others move to pages that were read already.
        """
        if not self.window_started_at:
            self.write({"window_started_at": fields.Datetime.now(), "cursor": False})
        result = PageResult()
        for page in self._read_pages(self._window_criteria()):
            result += self._import_page(page, log)
            self.cursor = str(page[-1]["entity_id"]) if page else self.cursor
            self._commit()
            self.env.invalidate_all()  # memory must not grow with the number of orders
            if deadline and time.monotonic() > deadline:
                log._add_lines([(_("More orders follow in the next run."), None)])
                self.env.ref("coopcycle_magento.ir_cron_import_orders")._trigger()
                return result
        self.write(
            {
                "watermark": self.window_started_at,
                "window_started_at": False,
                "cursor": False,
            }
        )
        return result

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

        :raise MagentoConnectionError: the shop gave some page twice, another not at all
        """
        seen, total = set(), 0
        with self.connection_id._get_client() as client:
            for page in client.pages("orders", criteria):
                total = page.total_count
                fresh = {
                    order["entity_id"]: order
                    for order in page.items
                    if isinstance(order, dict)
                    and order.get("entity_id")
                    and order["entity_id"] not in seen
                }
                seen.update(fresh)
                yield list(fresh.values())
        if len(seen) < total:
            raise MagentoConnectionError("page_missing", method="GET", path="orders")

    def _import_page(self, raw_orders, log, is_asked_for=False):
        return OrderPage(self.connection_id, log, is_asked_for).import_(raw_orders)

    def _retry_waiting(self, log):
        """Try the orders again that could not come in so far."""
        waiting = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("kind", "=", "order"),
                ("direction", "=", "pull"),
                ("sync_state", "=", "pending"),
            ]
        )
        ids = waiting.filtered("magento_id").mapped("magento_id")
        if not ids:
            return PageResult()
        return self._import_asked_for(self._asked_for(magento_ids=ids), log)

    def _import_asked_for(self, criteria, log):
        result = PageResult()
        for page in self._read_pages(criteria):
            result += self._import_page(page, log, is_asked_for=True)
            self._commit()
        return result
