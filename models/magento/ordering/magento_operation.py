from odoo import _, models

from ....tools.magento import MagentoError
from .importing import OrderPage, PageResult
from .reading import Window, key_of


class MagentoOperation(models.Model):
    """Reading orders: which ones, page by page."""

    _inherit = "magento.operation"

    def _run_import_orders(self, log, deadline, **asked_for):
        """Import new and changed orders, or those that somebody asks for.

        :param asked_for: what `_import_asked_for` takes
        :raise MagentoError: the shop could not be read to the end; what was read is in
        """
        result = PageResult()
        try:
            self.connection_id._fetch_if_needed()
            if asked_for:
                self._import_asked_for(log, result, **asked_for)
            else:
                tried = self._retry_waiting(log, result)
                self._import_changes(log, result, deadline, tried)
        except MagentoError:
            log._summarize(result)
            raise
        log._summarize(result)

    def _import_changes(self, log, result, deadline, tried):
        """Import what changed since the last run.

        :param tried: ids of orders that were tried in this run already
        """

        def take(page):
            self._import_page(page, log, result)

        since = self.connection_id.import_since
        if not Window(self, "orders").read_changes(take, since, tried, deadline):
            log._add_lines([(_("More orders follow in the next run."), None)])

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

    def _import_asked_for(
        self,
        log,
        result,
        magento_ids=(),
        increment_ids=(),
        date_from=None,
        date_to=None,
    ):
        """Import orders that somebody names, whatever their state and date.

        :param magento_ids: their ids in Magento
        :param increment_ids: their numbers
        :param date_from, date_to: without ids and numbers, placed in between (UTC)
        :return: the ids of those that Magento has
        """
        found, window = set(), Window(self, "orders")

        def take(page):
            self._import_page(page, log, result, is_asked_for=True)
            found.update(map(key_of, page))

        window.read_those(take, "entity_id", magento_ids)
        window.read_those(take, "increment_id", increment_ids)
        if not magento_ids and not increment_ids:
            window.read_made_between(take, date_from, date_to)
        return found

    def _import_page(self, raw_orders, log, result, is_asked_for=False):
        OrderPage(self.connection_id, log, is_asked_for).import_(raw_orders, result)
