from odoo import _, fields, models

from ..exporting.couriers.invoices import PAID


class SaleOrder(models.Model):
    """When an order's invoices go to Magento."""

    _inherit = "sale.order"

    magento_base_rate = fields.Float(
        digits=(16, 8),
        readonly=True,
        copy=False,
        help="How much of the order's currency one of the shop's base currency is.",
    )

    def _magento_why_not_due(self, move):
        """Return why the rule does not let an invoice be exported, "" if it does."""
        self.ensure_one()
        if move.state != "posted":
            return _("It is not posted.")
        method = self.magento_payment_method_id
        if not method.invoice_rule:
            return _("Invoices of the payment method %s are not exported.", method.name)
        if move.payment_state == "reversed":
            return _("It was reversed by a credit note.")
        if method.invoice_rule == "paid" and move.payment_state not in PAID:
            return _("It is not paid, as the payment method %s demands.", method.name)
        return ""
