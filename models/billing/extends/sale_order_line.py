from odoo import fields, models

from ..deciding.plan import Plan
from ..deciding.quantities import Quantities


class SaleOrderLine(models.Model):
    """How much of a sold line is billed."""

    _inherit = "sale.order.line"

    billing_line_ids = fields.One2many(
        "billing.decision.line",
        "sale_line_id",
        "Decision Lines",
        readonly=True,
        groups="account.group_account_readonly,account.group_account_invoice,"
        "coopcycle_magento.billing_group_user",
    )

    def _prepare_invoice_line(self, **optional_values):
        plan = Plan.of(self.env)
        if plan and not self.display_type:
            planned = plan.current[self.order_id.id].lines[self]
            optional_values = {
                **optional_values,
                "quantity": planned.quantity,
                **planned.values,
            }
        return super()._prepare_invoice_line(**optional_values)

    def _billing_read_quantities(self):
        """Return {line: Quantity}: what of these lines is billed, and what is to be."""
        return Quantities(self).get_all()

    def _billing_comes_along(self):
        """Say whether a line has no delivery of its own, and goes with the first one.

        The price of the delivery, discounts on the whole order, and what Magento adds.
        """
        self.ensure_one()
        is_service = self.product_id.type == "service"
        if self.display_type or self.is_downpayment or not is_service:
            return False
        return (
            self.is_delivery
            or self.price_unit < 0
            or bool(self.order_id.magento_order_id and not self.magento_item_id)
        )

    def _billing_is_on_order(self):
        """Say whether a line is invoiced as soon as it is ordered."""
        self.ensure_one()
        return (
            not self.display_type
            and not self.is_downpayment
            and self.product_id.invoice_policy == "order"
        )
