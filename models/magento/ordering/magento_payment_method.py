from odoo import api, models


class MagentoPaymentMethod(models.Model):
    """How an order was paid."""

    _inherit = "magento.payment.method"

    @api.model
    def _match(self, connection, order):
        """Return the payment method of an order, an empty record for a new one.

        :param order: an `Order` or an `OrderFigures`
        """
        methods = connection.payment_method_ids
        return methods.filtered(lambda method: method.code == order.payment_method)

    @api.model
    def _prepare_vals(self, connection, order):
        """Return the values of a method that an order is the first one to name.

        :param order: the `Order`
        """
        return {
            "connection_id": connection.id,
            "code": order.payment_method,
            "name": order.payment_title or order.payment_method,
            "is_guess": True,
        }
