"""What the store view, payment and shipping method of an order mean in Odoo."""

from .problems import Problem


class Stores:
    """Looks up stores, payment methods and carriers, each read once."""

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.stores = {store.magento_id: store for store in connection.store_ids}
        self.methods = {m.code: m for m in connection.payment_method_ids}
        self.shipping = {m.code: m for m in connection.shipping_method_ids}
        self.default_warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", connection.company_id.id)], limit=1
        )

    def get(self, store_id):
        """Return the `magento.store`.

        :raise Problem: the shop has got a store since it was fetched
        """
        if store_id not in self.stores:
            raise Problem("store_unknown", store=store_id)
        return self.stores[store_id]

    def warehouse(self, store):
        return store.warehouse_id or self.default_warehouse

    def payment_method(self, order):
        """Return the `magento.payment.method`, made when it is met first."""
        code = order.payment_method
        if code not in self.methods:
            self.methods[code] = self.env["magento.payment.method"].create(
                {
                    "connection_id": self.connection.id,
                    "code": code,
                    "name": order.payment_title or code,
                    "is_guess": True,
                }
            )
        return self.methods[code]

    def check_payment(self, order):
        """Check that somebody has decided about the payment method.

        :raise Problem: nobody has
        """
        method = self.payment_method(order)
        if not method.import_rule:
            raise Problem("payment_method_unknown", method=method.name)

    def carrier(self, order):
        """Return the `delivery.carrier`, an empty record where there is none."""
        code = order.shipping.method
        if not code:
            return self.env["delivery.carrier"]
        if code not in self.shipping:
            self.shipping[code] = self.env["magento.shipping.method"]._find_or_create(
                self.connection, [{"code": code, "name": order.shipping.title or code}]
            )
        return self.shipping[code].carrier_id


class Currencies:
    """Finds a pricelist in an order's currency, which is how an order gets it."""

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.pricelists = {}

    def pricelist(self, order, store):
        """Return the pricelist.

        :raise Problem: the currency is not active
        """
        if store.pricelist_id.currency_id.name == order.currency:
            return store.pricelist_id
        if order.currency not in self.pricelists:
            currency = self.env["res.currency"].search([("name", "=", order.currency)])
            if not currency:
                raise Problem("currency_unknown", currency=order.currency)
            self.pricelists[order.currency] = self.connection._get_pricelist(currency)
        return self.pricelists[order.currency]
