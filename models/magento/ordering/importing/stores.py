"""What the store view, payment and shipping method of an order mean in Odoo."""

from .problems import Problem


class Stores:
    """Finds stores, payment methods, carriers and pricelists, each looked up once.

    Which one it is, the records of the configuration say.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.stores = {}
        self.methods = {}
        self.carriers = {}
        self.pricelists = {}
        self.warehouses = {}
        self.states = set()

    def get(self, order):
        """Return the `magento.store` of an order.

        :raise Problem: the shop has got a store since it was fetched, or deleted it
        """
        if not order.store_id:
            raise Problem("store_deleted")
        if order.store_id not in self.stores:
            store = self.env["magento.store"]._match(self.connection, order)
            if not store:
                raise Problem("store_unknown", store=order.store_id)
            self.stores[order.store_id] = store
        return self.stores[order.store_id]

    def get_warehouse(self, store):
        """Return the `stock.warehouse` of a store."""
        if store not in self.warehouses:
            self.warehouses[store] = store._get_warehouse()
        return self.warehouses[store]

    def get_payment_method(self, order):
        """Return the `magento.payment.method`, made when it is met first."""
        if order.payment_method not in self.methods:
            methods = self.env["magento.payment.method"]
            self.methods[order.payment_method] = methods._match(
                self.connection, order
            ) or methods.create(methods._prepare_vals(self.connection, order))
        return self.methods[order.payment_method]

    def keep_state(self, order):
        """Let somebody choose a state that an extension of the shop has made."""
        if order.state not in self.states:
            known = self.connection.import_state_ids.mapped("code")
            if order.state not in known:
                self.env["magento.order.state"]._find_or_create(order.state)
            self.states.update(known, [order.state])

    def get_carrier(self, order):
        """Return the `delivery.carrier`, an empty record where there is none."""
        code = order.shipping.method
        if not code:
            return self.env["delivery.carrier"]
        if code not in self.carriers:
            methods = self.env["magento.shipping.method"]
            self.carriers[code] = methods._match(self.connection, order).carrier_id
        return self.carriers[code]

    def get_pricelist(self, order):
        """Return the `product.pricelist`, which has the order's currency.

        :raise Problem: the store is not known, or the currency is not active
        """
        key = self.get(order), order.currency
        if key not in self.pricelists:
            self.pricelists[key] = key[0]._match_pricelist(order.currency)
        return self.pricelists[key]
