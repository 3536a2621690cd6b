"""Which product an SKU is."""

from .....tools.magento.order_lines import BUNDLE
from .problems import Problem, refusal
from .slow_path import at_once_or_one_by_one

SERVICES = ("virtual", "downloadable")


class Products:
    """Finds products by SKU, exactly, and makes missing ones if the shop may.

    The SKU is the internal reference.
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.by_sku = {}
        self.archived = set()
        self.refused = {}

    def load(self, lines):
        """Look up the products of many lines, and create the missing ones.

        :param lines: `OrderLine`s, of which bundle titles need no product
        """
        skus = {line.sku for line in lines if line.sku} - set(self.by_sku)
        found = self._find(skus)
        for product in found:
            self.by_sku.setdefault(product.default_code, []).append(product)
        missing = skus - set(self.by_sku)
        self.archived |= set(self._find(missing, active=False).mapped("default_code"))
        if self.connection.create_products:
            self._create(lines, missing - self.archived)

    def get(self, line):
        """Return the product of a line.

        :raise Problem: there is none, or there are several
        """
        if not line.sku:
            raise Problem("sku_empty", name=line.name)
        products = self.by_sku.get(line.sku, ())
        if len(products) == 1:
            return products[0]
        if products:
            raise Problem("product_ambiguous", sku=line.sku, count=len(products))
        if line.sku in self.refused:
            raise self.refused[line.sku]
        is_archived = line.sku in self.archived
        code = "product_archived" if is_archived else "product_missing"
        raise Problem(code, sku=line.sku)

    def _find(self, skus, active=True):
        return self.env["product.product"].search(
            [
                ("default_code", "in", list(skus)),
                ("company_id", "in", (False, self.connection.company_id.id)),
                ("active", "=", active),
            ]
        )

    def _create(self, lines, skus):
        """Create products; one that Odoo refuses holds its own orders back alone."""
        values = {}
        for line in lines:
            if line.sku in skus:
                values.setdefault(line.sku, self._product_values(line))

        def refuse(each, error):
            self.refused[each["default_code"]] = refusal(error)

        at_once_or_one_by_one(
            self.env, list(values.values()), self._create_products, refuse
        )

    def _create_products(self, values):
        for product in self.env["product.product"].create(values):
            self.by_sku[product.default_code] = [product]

    def _product_values(self, line):
        is_bundle = line.role == BUNDLE
        is_service = is_bundle or line.is_virtual or line.product_type in SERVICES
        return {
            "name": line.variant_name or line.name or line.sku,
            "default_code": line.sku,
            "detailed_type": "service" if is_service else "product",
            "invoice_policy": "order" if is_service else "delivery",
            "list_price": float(line.list_price or line.price),
            "weight": float(line.weight),
        }
