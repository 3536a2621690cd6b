from odoo import api, models


class MagentoShippingMethod(models.Model):
    """How an order is delivered."""

    _inherit = "magento.shipping.method"

    @api.model
    def _match(self, connection, order):
        """Return the shipping method of an order, which has the carrier.

        One that is met first is made, and its carrier guessed.

        :param order: an `Order` that has one
        """
        code, title = order.shipping.method, order.shipping.title
        methods = connection.shipping_method_ids
        return methods.filtered(
            lambda method: method.code == code
        ) or self._find_or_create(connection, [{"code": code, "name": title or code}])
