from odoo import api, models

from .importing.problems import Problem


class MagentoStore(models.Model):
    """What the orders of a store view get in Odoo."""

    _inherit = "magento.store"

    @api.model
    def _match(self, connection, order):
        """Return the store view of an order, an empty record for one not fetched yet.

        :param order: an `Order` or an `OrderFigures`
        """
        stores = connection.store_ids
        return stores.filtered(lambda store: store.magento_id == order.store_id)

    def _match_pricelist(self, code):
        """Return the pricelist for orders in a currency: an order has its currency.

        :param str code: of the currency, such as "EUR"
        :raise Problem: the currency is not active
        """
        self.ensure_one()
        if self.pricelist_id.currency_id.name == code:
            return self.pricelist_id
        currency = self.env["res.currency"].search([("name", "=", code)])
        if not currency:
            raise Problem("currency_unknown", currency=code)
        return self.connection_id._get_pricelist(currency)

    def _get_warehouse(self):
        """Return where the orders of a store view are delivered from."""
        self.ensure_one()
        return self.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
