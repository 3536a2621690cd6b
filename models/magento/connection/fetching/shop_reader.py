"""Reading a shop's configuration, as values that Odoo's records are made of."""

from .....tools.magento import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoPermissionError,
    SearchCriteria,
)
from .....tools.magento.amounts import UNREADABLE

# Magento's own offline methods: known before the first order is paid with one
OFFLINE_METHODS = {
    "checkmo": "Check / Money order",
    "banktransfer": "Bank Transfer Payment",
    "cashondelivery": "Cash On Delivery",
    "purchaseorder": "Purchase Order",
    "free": "No Payment Information Required",
}
METHOD_FIELDS = (
    "items[payment[method],shipping_description,extension_attributes"
    "[payment_additional_info,shipping_assignments[shipping[method]]]]"
)


class ShopReader:
    """Reads what a shop has.

    What the integration has no right to read is left out; `refusals` has the errors.

    :param client: a `MagentoClient`
    """

    def __init__(self, client):
        self.client = client
        self.refusals = []
        self.are_sources_denied = False

    def read_stores(self):
        """Return values of store views, one for each but the admin's own.

        :return: list of {"magento_id", "code", "name", "website", "currency",
            "time_zone", "locale"}
        :raise MagentoError: the shop cannot be read
        """
        return self._readable("store/storeViews", self._read_stores)

    def _read_stores(self):
        websites = {each["id"]: each for each in self.client.get("store/websites")}
        configs = {each["id"]: each for each in self.client.get("store/storeConfigs")}
        return [
            {
                "magento_id": str(view["id"]),
                "code": view["code"],
                "name": view["name"],
                "website": websites.get(view["website_id"], {}).get("name"),
                **_store_settings(configs.get(view["id"], {})),
            }
            for view in self.client.get("store/storeViews")
            if view["id"]
        ]

    def read_sources(self):
        """Return [{"code", "name"}] of stock sources; none of a shop without them.

        They are an extension that a shop may lack.
        """
        try:
            return self._readable("inventory/sources", self._read_sources)
        except MagentoPermissionError as error:
            self.refusals.append(error)
            self.are_sources_denied = True
            return []
        except MagentoDocumentError:
            return []

    def _read_sources(self):
        criteria = SearchCriteria().sorted_by("source_code")
        return [
            {"code": source["source_code"], "name": source["name"]}
            for page in self.client.pages("inventory/sources", criteria)
            for source in page.items
        ]

    def read_tax_rates(self):
        """Return [{"code", "rate": per cent, "country": ISO code}]."""
        return self._if_allowed(
            lambda: self._readable("taxRates/search", self._read_tax_rates)
        )

    def _read_tax_rates(self):
        criteria = SearchCriteria().sorted_by("tax_calculation_rate_id")
        return [
            {
                "code": rate["code"],
                "rate": float(rate["rate"]),
                "country": rate.get("tax_country_id"),
            }
            for page in self.client.pages("taxRates/search", criteria)
            for rate in page.items
        ]

    def read_methods(self):
        """Return how the newest orders were paid and sent.

        :return: ([{"code", "name"}] of payment methods, Magento's own among them;
            the same of shipping methods)
        """
        orders = list(filter(_is_readable, self._if_allowed(self._read_last_orders)))
        return _payment_methods(orders), _shipping_methods(orders)

    def _read_last_orders(self):
        criteria = SearchCriteria().sorted_by("entity_id", "DESC")
        try:
            page = next(self.client.pages("orders", criteria, METHOD_FIELDS), None)
        except MagentoDocumentError:
            return []  # the shop fails at one of them; orders bring their methods
        return page.items if page else []

    @staticmethod
    def _readable(path, read):
        """Return what is read.

        :raise MagentoConnectionError: it is not what Magento would say there
        """
        try:
            return read()
        except UNREADABLE as error:
            raise MagentoConnectionError(
                "improper_answer", method="GET", path=path
            ) from error

    def _if_allowed(self, read):
        try:
            return read()
        except MagentoPermissionError as error:
            self.refusals.append(error)
            return []


def _store_settings(config):
    return {
        "currency": config.get("default_display_currency_code"),
        "time_zone": config.get("timezone"),
        "locale": config.get("locale"),
    }


def _is_readable(order):
    """Say whether the methods of an order can be read."""
    try:
        _payment_methods([order])
        _shipping_methods([order])
    except UNREADABLE:
        return False
    return True


def _payment_methods(orders):
    titles = dict(OFFLINE_METHODS)
    for order in orders:
        code = (order.get("payment") or {}).get("method")
        attributes = order.get("extension_attributes") or {}
        for entry in attributes.get("payment_additional_info") or ():
            if entry.get("key") == "method_title":
                titles[code] = entry.get("value") or code
        titles.setdefault(code, code)
    return [{"code": code, "name": title} for code, title in titles.items() if code]


def _shipping_methods(orders):
    titles = {}
    for order in orders:
        attributes = order.get("extension_attributes") or {}
        for assignment in attributes.get("shipping_assignments") or ():
            code = (assignment.get("shipping") or {}).get("method")
            if code:
                titles.setdefault(code, order.get("shipping_description") or code)
    return [{"code": code, "name": title} for code, title in titles.items()]
