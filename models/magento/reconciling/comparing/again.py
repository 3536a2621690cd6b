"""Comparing some orders once more."""

from odoo.tools import split_every

from .....tools.magento import SearchCriteria
from .....tools.magento.order_figures import FIELDS
from ...ordering.reading import key_of, only_ids
from ...ordering.reading.window import LARGEST_FILTER
from .page import ReconciliationPage
from .reading import items_of


class CheckAgain:
    """Looks how single orders stand now.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.page = ReconciliationPage(connection)

    def check(self, magento_ids):
        """Compare orders by their ids, also those that Magento has no longer.

        :return: {Magento id: values of a `magento.reconciliation.line`} of those that
            differ
        :raise MagentoError: the shop could not be read
        """
        ids = only_ids(magento_ids)
        tallies, seen = [], set()
        for raw_orders in self._read(ids):
            seen.update(map(key_of, raw_orders))
            tallies.append(self.page.check(raw_orders))
        vanished = self.page.odoo.load(set(ids) - seen)
        tallies.append(self.page.check_vanished(vanished.values()))
        return {
            values["magento_order_id"]: values
            for tally in tallies
            for values in tally.lines
        }

    def _read(self, ids):
        with self.connection._get_client() as client:
            for part in split_every(LARGEST_FILTER, ids, list):
                wanted = SearchCriteria().where("entity_id", "in", part)
                yield list(items_of(client.records("orders", wanted, FIELDS, part)))
