"""What the shop's catalogue says of products that orders name by their ids."""

from .....tools.magento import MagentoError, SearchCriteria

FIELDS = "items[id,sku,options[option_id,title,values[option_type_id,title]]]"


class Catalog:
    """Knows the own SKUs of products, and the titles of their custom options.

    An item's SKU may have the SKUs of the chosen options appended, and names options by
    ids. Only the product leads to its own SKU and to the titles. What a product says is
    fetched once, with one request for a page of orders, and kept.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.model = connection.env["magento.product"]
        self.products = {}
        self.asked = set()

    def load(self, lines):
        """Look up the products of those lines that have options."""
        chosen = [line for line in lines if line.options]
        ids = {id_ for line in chosen for id_ in (line.product_id, line.configured_id)}
        self._recall(ids)
        lacking = [line for line in chosen if not self._knows(line)]
        self._fetch(
            {id_ for line in lacking for id_ in (line.product_id, line.configured_id)}
        )

    def load_again(self, lines):
        """Look up the products of lines whose SKU is none in Odoo.

        It was another one when it was kept, or when it was ordered.
        """
        self._recall({line.product_id for line in lines})
        self._fetch(
            {line.product_id for line in lines if self.get_sku(line) != line.sku}
        )

    def get_sku(self, line):
        """Return the product's own SKU, "" if nobody knows it."""
        product = self.products.get(line.product_id)
        return product.sku if product else ""

    def describe(self, line):
        """Return a line of text for each option of an order line."""
        return [self._describe(line, *option) for option in line.options]

    def _describe(self, line, option, chosen):
        """Return titles for ids; a text that the customer typed in as it is."""
        product = self.products.get(line.configured_id)
        title, values = product._get_option(option) if product else ("", {})
        if values:
            chosen = ", ".join(
                values.get(part.strip(), part.strip()) for part in chosen.split(",")
            )
        return f"{title or option}: {chosen}"

    def _knows(self, line):
        product = self.products.get(line.configured_id)
        return bool(
            self.products.get(line.product_id)
            and product
            and all(product._get_option(option)[0] for option, _value in line.options)
        )

    def _recall(self, ids):
        """Look up what was kept of products."""
        ids = ids - set(self.products) - {""}
        if ids:
            self.products.update(self.model._match(self.connection, ids))

    def _fetch(self, ids):
        """Fetch products, each once in a run, and keep them."""
        ids = sorted(id_ for id_ in ids - self.asked if id_.isdecimal())
        if not ids:
            return
        self.asked.update(ids)
        criteria = SearchCriteria().where("entity_id", "in", ids)
        found = []
        try:
            with self.connection._get_client() as client:
                for page in client.pages("products", criteria, FIELDS):
                    found += page.items
        except MagentoError:
            return  # an integration without rights to the catalogue
        self.products.update(self.model._keep(self.connection, found))
