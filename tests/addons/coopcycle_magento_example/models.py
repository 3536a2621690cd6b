from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    magento_coupon = fields.Char("Coupon", readonly=True, copy=False)

    def _magento_prepare_vals(self, order, found):
        vals = super()._magento_prepare_vals(order, found)
        return {**vals, "magento_coupon": order.coupon}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _magento_prepare_body(self, document, items):
        body = super()._magento_prepare_body(document, items)
        return {**body, "appendComment": True}
