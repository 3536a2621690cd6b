"""The products of a run's orders, each looked up once."""

from .problems import Problem, refusal
from .slow_path import at_once_or_one_by_one


class Products:
    """Finds the products of SKUs, and makes missing ones if the shop may.

    What is found by which SKU, `product.product` says.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.products = self.env["product.product"]
        self.by_sku = {}
        self.archived = set()
        self.refused = {}

    def load(self, lines):
        """Look up the products of many lines, and create the missing ones.

        :param lines: `OrderLine`s, of which bundle titles need no product
        """
        connection, match = self.connection, self.products._magento_match
        skus = {line.sku for line in lines if line.sku} - set(self.by_sku)
        self.by_sku.update(match(connection, skus))
        missing = skus - set(self.by_sku)
        self.archived |= set(match(connection, missing, active=False))
        if connection.create_products:
            self._create(lines, missing - self.archived)

    def get(self, line):
        """Return the product of a line.

        :raise Problem: there is none, or there are several
        """
        if not line.sku:
            raise Problem("sku_empty", name=line.name)
        products = self.by_sku.get(line.sku, ())
        if len(products) == 1:
            return products
        if products:
            raise Problem("product_ambiguous", sku=line.sku, count=len(products))
        if line.sku in self.refused:
            raise self.refused[line.sku]
        is_archived = line.sku in self.archived
        code = "product_archived" if is_archived else "product_missing"
        raise Problem(code, sku=line.sku)

    def _create(self, lines, skus):
        """Create products; one that Odoo refuses holds its own orders back alone."""
        values = {}
        for line in lines:
            if line.sku in skus and line.sku not in values:
                values[line.sku] = self.products._magento_prepare_vals(
                    self.connection, line
                )

        def refuse(each, error):
            self.refused[each[0]] = refusal(error)

        at_once_or_one_by_one(
            self.env, list(values.items()), self._create_products, refuse
        )

    def _create_products(self, pairs):
        created = self.products.create([values for _sku, values in pairs])
        for (sku, _values), product in zip(pairs, created, strict=True):
            self.by_sku[sku] = product
