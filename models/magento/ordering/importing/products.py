"""The products of a run's orders, each looked up once."""

from dataclasses import replace

from .problems import Problem, refusal
from .slow_path import at_once_or_in_parts


class Products:
    """Finds the products of SKUs, and makes missing ones if the shop may.

    What is found by which SKU, `product.product` says.

    :param connection: the `magento.connection`, elevated, in its company
    :param catalog: the `Catalog`, for SKUs that are not a product's own
    """

    def __init__(self, connection, catalog):
        self.connection = connection
        self.catalog = catalog
        self.env = connection.env
        self.products = self.env["product.product"]
        self.by_sku = {}
        self.archived = set()
        self.asked = set()
        self.refused = {}

    def load(self, lines):
        """Look up the products of many lines, and create the missing ones.

        :param lines: `OrderLine`s, of which bundle titles need no product
        """
        self.catalog.load(lines)
        self._find(lines)
        self.catalog.load_again([line for line in lines if not self._is_known(line)])
        self._find(lines)
        if self.connection.create_products:
            self._create([line for line in lines if not self._is_known(line)])

    def get(self, line):
        """Return the product of a line.

        :raise Problem: there is none, or there are several
        """
        sku = self._get_sku(line)
        if not sku:
            raise Problem("sku_empty", name=line.name)
        products = self.by_sku.get(sku, ())
        if len(products) == 1:
            return products
        if products:
            raise Problem("product_ambiguous", sku=sku, count=len(products))
        if sku in self.refused:
            raise self.refused[sku]
        if self._may_have_options_in_sku(line):
            raise Problem("product_unread", sku=sku, id=line.product_id)
        code = "product_archived" if sku in self.archived else "product_missing"
        raise Problem(code, sku=sku)

    def _find(self, lines):
        """Look the products up whose SKUs were not looked up yet."""
        connection, match = self.connection, self.products._magento_match
        skus = set(filter(None, map(self._get_sku, lines))) - self.asked
        if not skus:
            return
        self.asked |= skus
        self.by_sku.update(match(connection, skus))
        missing = skus - set(self.by_sku)
        if missing:
            self.archived |= set(match(connection, missing, active=False))

    def _get_sku(self, line):
        """Return the SKU of a line's product: the line's, unless it is none in Odoo.

        That of a line with options may be another product's by chance.
        """
        own = self.catalog.get_sku(line)
        return own if own and (line.options or not self._has(line.sku)) else line.sku

    def _is_known(self, line):
        return self._has(self._get_sku(line))

    def _has(self, sku):
        return sku in self.by_sku or sku in self.archived

    def _may_have_options_in_sku(self, line):
        """Say whether nobody knows what of a SKU is the product's own."""
        return bool(line.options and not self.catalog.get_sku(line))

    def _create(self, lines):
        """Create products; one that Odoo refuses holds its own orders back alone."""
        values = {}
        for line in lines:
            sku = self._get_sku(line)
            if sku and sku not in values and not self._may_have_options_in_sku(line):
                values[sku] = self.products._magento_prepare_vals(
                    self.connection, replace(line, sku=sku)
                )

        def refuse(each, error):
            self.refused[each[0]] = refusal(error)

        at_once_or_in_parts(
            self.env, list(values.items()), self._create_products, refuse
        )

    def _create_products(self, pairs):
        created = self.products.create([values for _sku, values in pairs])
        for (sku, _values), product in zip(pairs, created, strict=True):
            self.by_sku[sku] = product
