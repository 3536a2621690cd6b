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


class BillingDispatch(models.Model):
    _inherit = "billing.dispatch"

    channel = fields.Selection(
        selection_add=[("pigeon", "Pigeon")], ondelete={"pigeon": "set null"}
    )

    def _why_not_by_pigeon(self, move):
        return "" if move.partner_id.city else "There is no city."

    def _get_recipient_by_pigeon(self, move):
        return move.partner_id.city

    def _send_by_pigeon(self):
        self._take_sent("It flew off.")
