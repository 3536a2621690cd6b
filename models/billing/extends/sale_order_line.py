from odoo import fields, models

from ..deciding.plan import Plan
from ..deciding.quantities import Quantities
from ..groups import READERS

# Lines of Magento's orders that go with the order's first invoice
WITH_FIRST = ("shipping", "extra", "rounding")


class SaleOrderLine(models.Model):
    """How much of a sold line is billed."""

    _inherit = "sale.order.line"

    billing_line_ids = fields.One2many(
        "billing.decision.line",
        "sale_line_id",
        "Decision Lines",
        readonly=True,
        groups=READERS,
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
        if self.magento_role:
            is_charge = bool(self.magento_charged_item_id)
            return self.magento_role in WITH_FIRST and not is_charge
        return self._billing_is_service() and (self.is_delivery or self.price_unit < 0)

    def _billing_is_deducted(self):
        """Say whether a line lessens a whole order: invoices take it on in parts."""
        self.ensure_one()
        return self._billing_comes_along() and self.price_unit < 0

    def _billing_is_service(self):
        return (
            self.product_id.type == "service"
            and not self.display_type
            and not self.is_downpayment
        )

    def _billing_is_service_on_order(self):
        """Say whether nothing delivers a line, and it is invoiced on order."""
        self.ensure_one()
        return (
            self._billing_is_service()
            and self._billing_is_on_order()
            and not self._billing_comes_along()
            and self.magento_role != "bundle"
        )

    def _billing_get_charges(self):
        """Yield (line, how much of it for one of this): what is sold with it."""
        self.ensure_one()
        if self.magento_role and self.product_uom_qty:
            for charge in self._get_magento_charges():
                yield charge, charge.product_uom_qty / self.product_uom_qty

    def _billing_get_wholes(self):
        """Return the lines that are delivered by means of these: bundles of Magento."""
        parts = self.filtered("magento_parent_item_id")
        ids = set(parts.mapped("magento_parent_item_id"))
        return parts.order_id.order_line.filtered(
            lambda line: line.magento_role == "bundle" and line.magento_item_id in ids
        )

    def _billing_is_on_order(self):
        """Say whether a line is invoiced as soon as it is ordered."""
        self.ensure_one()
        return (
            not self.display_type
            and not self.is_downpayment
            and not self.magento_charged_item_id
            and self.product_id.invoice_policy == "order"
        )
