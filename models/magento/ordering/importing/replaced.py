"""Orders that were edited in the shop, which replaced them by others."""

from .....tools.magento import Page, SearchCriteria
from .....tools.magento.amounts import id_of, text

FIELDS = "items[entity_id,state]"


class Replaced:
    """Tells orders that were edited from those that were ordered again.

    A new order names both in the same way. Magento cancels the one that is edited; the
    other one goes on.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env

    def find(self, orders):
        """Return the ids in Magento of the orders that new ones replace.

        :param orders: the `Order`s to come in
        :raise MagentoError: the shop does not say what became of them
        """
        named = {order.edited_from_id for order in orders} - {""}
        if not named:
            return set()
        states = {order.magento_id: order.state for order in orders}
        olds = self.env["sale.order"].search(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", list(named - states.keys())),
            ]
        )
        states.update((old.magento_order_id, old.magento_state) for old in olds)
        replaced = {each for each in named if states.get(each) == "canceled"}
        unclear = set(olds.mapped("magento_order_id")) - replaced
        return replaced | self._ask_for_canceled(sorted(unclear))

    def _ask_for_canceled(self, magento_ids):
        """Return the ids of those orders that the shop has cancelled meanwhile."""
        if not magento_ids:
            return set()
        criteria = SearchCriteria().where("entity_id", "in", magento_ids)
        with self.connection._get_client() as client:
            return {
                id_of(raw)
                for page in client.records("orders", criteria, FIELDS, magento_ids)
                if isinstance(page, Page)
                for raw in page.items
                if isinstance(raw, dict) and text(raw, "state") == "canceled"
            }
