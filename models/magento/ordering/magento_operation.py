from odoo import _, models

from ....tools.magento import MagentoError
from ....tools.magento.amounts import text
from .importing import OrderPage, PageResult
from .reading import Window, key_of, last_record


class MagentoOperation(models.Model):
    """Reading orders: which ones, page by page."""

    _inherit = "magento.operation"

    def _run_import_orders(self, log, deadline, result=None, **asked_for):
        """Import new and changed orders, or those that somebody asks for.

        :param result: the `PageResult` to add to, of who wants to know
        :param asked_for: what `_import_asked_for` takes
        :raise MagentoError: the shop could not be read to the end; what was read is in
        """
        result = result or PageResult()
        window = Window(self, "orders", self._get_keeper(log, result), deadline)
        try:
            self.connection_id._fetch_if_needed()
            if asked_for:
                self._import_asked_for(window, log, result, **asked_for)
            else:
                tried = self._retry_waiting(window, log, result)
                self._import_changes(window, log, result, tried)
        except MagentoError:
            log._summarize(result)
            raise
        log._summarize(result)

    def _import_changes(self, window, log, result, tried):
        """Import what changed since the last run.

        :param tried: ids of orders that were tried in this run already
        """

        def take(page):
            self._import_page(page, log, result)

        if not window.read_changes(take, self.connection_id.import_since, tried):
            log._add_lines([(_("More orders follow in the next run."), None)])

    def _retry_waiting(self, window, log, result):
        """Try the orders again that could not come in so far.

        :return: the ids of these orders
        """
        waiting = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("kind", "=", "order"),
                ("direction", "=", "pull"),
                ("sync_state", "=", "pending"),
            ],
            order="last_attempt_at, id",  # where the time is over, others have a turn
        )
        ids = waiting.mapped("magento_id")
        if not ids:
            return set()
        return self._import_asked_for(window, log, result, magento_ids=ids)

    def _import_asked_for(
        self,
        window,
        log,
        result,
        magento_ids=(),
        increment_ids=(),
        date_from=None,
        date_to=None,
    ):
        """Import orders that somebody names, whatever their state and date.

        :param window: the `Window`
        :param magento_ids: their ids in Magento
        :param increment_ids: their numbers
        :param date_from, date_to: without ids and numbers, placed in between (UTC)
        :return: the ids of those that Magento has
        """
        found, last = set(), {}

        def take(page):
            self._import_page(page, log, result, is_asked_for=True)
            found.update(map(key_of, page))
            last.update(last_record(page))

        if magento_ids or increment_ids:
            is_all = window.read_those(take, "entity_id", magento_ids)
            is_all &= window.read_those(take, "increment_id", increment_ids)
            last.clear()
        else:
            is_all = window.read_made_between(take, date_from, date_to)
        if not is_all:
            log._add_lines([(self._get_rest_text(last), None)], level="warning")
        return found | window.broken

    def _import_page(self, raw_orders, log, result, is_asked_for=False):
        OrderPage(self.connection_id, log, is_asked_for).import_(raw_orders, result)

    def _get_keeper(self, log, result):
        """Return what lets an order wait at which the shop's list fails."""
        return lambda broken: OrderPage(self.connection_id, log).keep_broken(
            broken, result
        )

    def _get_rest_text(self, last):
        """Return what a user reads where the time of a run did not do for all.

        :param dict last: what was read last, in the sequence of the days
        """
        if moment := text(last, "created_at"):
            return _(
                "The time of a run was over; what was made in Magento until %s (UTC) is"
                " in. Resolution: ask for the rest from that moment on.",
                moment,
            )
        return _(
            "The time of a run was over before all were read. Resolution: none for what"
            " waits, which the next run reads; ask for the others again."
        )
