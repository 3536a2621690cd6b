"""Reading Magento's orders of some days, by their ids."""

from .....tools.magento import Broken, MagentoConnectionError, Page, SearchCriteria
from .....tools.magento.amounts import id_of
from .....tools.magento.order_figures import FIELDS
from .page import ReconciliationPage


class Reading:
    """Reads what follows the last order that was compared.

    :param reconciliation: the `magento.reconciliation`, whose cursor tells that order
    :param client: a `MagentoClient`
    """

    def __init__(self, reconciliation, client):
        self.record = reconciliation
        self.client = client

    def read_page(self):
        """Read the orders that follow the last one; ids keep the pages apart.

        :raise MagentoConnectionError: it is not the page that was asked for, or none of
            its orders has an id from which to go on
        """
        first, last = self.record._get_bounds()
        criteria = (
            SearchCriteria()
            .where("created_at", "gteq", first)
            .where("created_at", "lt", last)
            .where("entity_id", "gt", self.record.cursor or "0")
        )
        stores = self.record._get_left_out_stores()
        if stores:
            criteria = criteria.where("store_id", "nin", stores.mapped("magento_id"))
        page = next(self.client.records("orders", criteria, FIELDS))
        if isinstance(page, Broken):
            return Page([raw_of(page)], total_count=2)  # others may follow
        ids = ids_of(page.items)
        if ids and (
            min(ids) <= int(self.record.cursor or 0) or ids != sorted(set(ids))
        ):
            raise MagentoConnectionError("page_missing", method="GET", path="orders")
        return self._up_to_an_id(page)

    @staticmethod
    def _up_to_an_id(page):
        """Leave orders without an id at the end to the next page, which has them too.

        :raise MagentoConnectionError: no order of the page has one
        """
        items = list(page.items)
        if len(items) >= page.total_count:
            return page
        while items and not id_of(items[-1]):
            items.pop()
        if not items:
            raise MagentoConnectionError("improper_answer", method="GET", path="orders")
        return Page(items, page.total_count)

    def find_vanished(self, items, is_over):
        """Return Odoo's orders between those of a page that Magento does not have."""
        ids = ids_of(items)
        page = ReconciliationPage(self.record.connection_id)
        others = page.odoo.load_others(
            list(map(str, ids)),
            int(self.record.cursor or 0),
            None if is_over else ids[-1],
            self.record._get_bounds(),
        )
        missing = sorted(others)
        for start in range(0, len(missing), 100):
            part = missing[start : start + 100]
            criteria = SearchCriteria().where("entity_id", "in", part)
            found = self.client.records("orders", criteria, "items[entity_id]", part)
            for raw in items_of(found):
                others.pop(str(raw.get("entity_id")), None)
        return list(others.values())


def ids_of(items):
    """Return the ids of orders as numbers, of those that have one."""
    return [int(found) for found in map(id_of, items) if found]


def items_of(pages):
    """Yield the orders of pages; of one at which the shop fails, its id alone."""
    for page in pages:
        if isinstance(page, Broken):
            yield raw_of(page)
        else:
            yield from page.items


def raw_of(broken):
    """Return what is known of an order at which the shop fails; so it differs."""
    return {"entity_id": int(broken.magento_id)}
