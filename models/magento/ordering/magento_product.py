from odoo import api, fields, models

from ....compat import Constraint
from ....tools.magento.amounts import text


class MagentoProduct(models.Model):
    """What the catalogue of a shop says of a product: its SKU, its custom options."""

    _name = "magento.product"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Product"
    _rec_name = "sku"

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    magento_id = fields.Char("Magento ID", required=True, readonly=True)
    sku = fields.Char("SKU", required=True, readonly=True)
    options = fields.Json(
        readonly=True,
        help="The titles of custom options and of their values, by their ids.",
    )

    _magento_id_unique = Constraint(
        "unique(connection_id, magento_id)",
        "This product of the shop is known already.",
    )

    @api.model
    def _match(self, connection, magento_ids):
        """Return {Magento's product id: magento.product} of those that are known."""
        found = self.search(
            [
                ("connection_id", "=", connection.id),
                ("magento_id", "in", list(magento_ids)),
            ]
        )
        return {each.magento_id: each for each in found}

    @api.model
    def _keep(self, connection, raw_products):
        """Keep products as the catalogue has them now.

        :param raw_products: with their id, SKU and options
        :return: {Magento's product id: magento.product}
        """
        vals = {}
        for raw in raw_products:
            if isinstance(raw, dict) and text(raw, "id") and text(raw, "sku"):
                vals[text(raw, "id")] = self._prepare_vals(connection, raw)
        known = self._match(connection, vals)
        for magento_id, product in known.items():
            product.write(vals[magento_id])
        new = self.create([vals[each] for each in vals if each not in known])
        return known | {each.magento_id: each for each in new}

    @api.model
    def _prepare_vals(self, connection, raw):
        """Return the values of a product.

        :param dict raw: as the catalogue gives it
        """
        return {
            "connection_id": connection.id,
            "magento_id": text(raw, "id"),
            "sku": text(raw, "sku"),
            "options": {
                text(option, "option_id"): {
                    "title": text(option, "title"),
                    "values": {
                        text(value, "option_type_id"): text(value, "title")
                        for value in _objects(option.get("values"))
                    },
                }
                for option in _objects(raw.get("options"))
            },
        }

    def _get_option(self, option_id):
        """Return the title of an option and {id: title} of its values."""
        option = (self.options or {}).get(option_id) or {}
        return option.get("title", ""), option.get("values") or {}


def _objects(value):
    """Return the objects of a list; Magento has null for an empty one."""
    return [each for each in value or () if isinstance(each, dict)]
