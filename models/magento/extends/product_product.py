from odoo import api, models

from ....compat import product_kind
from ....tools.magento.order_lines import BUNDLE

SERVICES = ("virtual", "downloadable")


class ProductProduct(models.Model):
    """Which product an SKU of Magento is: the one with that internal reference."""

    _inherit = "product.product"

    @api.model
    def _magento_match(self, connection, skus, active=True):
        """Find the products of many SKUs at once.

        :param connection: the `magento.connection`
        :param skus: those of a page of orders
        :param bool active: whether those in use are looked for, or those in the archive
        :return: {SKU: product.product}; several products are none that is known
        """
        products = self.search(
            [
                ("default_code", "in", list(filter(None, skus))),
                ("company_id", "in", (False, connection.company_id.id)),
                ("active", "=", active),
            ]
        )
        return products.grouped("default_code")

    @api.model
    def _magento_prepare_vals(self, connection, line):
        """Return the values of a product that Odoo does not have yet.

        :param connection: the `magento.connection`, which makes missing products
        :param line: the `OrderLine` that sells it; prices are without tax
        """
        is_bundle = line.role == BUNDLE
        is_service = is_bundle or line.is_virtual or line.product_type in SERVICES
        return {
            "name": line.variant_name or line.name or line.sku,
            "default_code": line.sku,
            **product_kind("service" if is_service else "product"),
            "invoice_policy": "order" if is_service else "delivery",
            "list_price": float(line.list_price or line.price),
            "weight": float(line.weight),
        }
