from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ....compat import SOLD_UNIT, check_access
from ...shared.opening import open_form, open_records
from ..groups import DISPATCHER, OFFICE


class SaleOrder(models.Model):
    """A quotation and its visits."""

    _inherit = "sale.order"

    billing_service_order_ids = fields.One2many(
        "billing.service.order",
        "sale_order_id",
        "Service Orders",
        readonly=True,
        groups=OFFICE,
    )
    billing_service_order_count = fields.Integer(
        compute="_compute_billing_service_order_count", groups=OFFICE
    )

    @api.depends("billing_service_order_ids")
    def _compute_billing_service_order_count(self):
        for order in self:
            order.billing_service_order_count = len(order.billing_service_order_ids)

    def action_billing_create_service_order(self):
        """Make a visit of a confirmed quotation, with the parts that it has.

        :raise UserError: it is not confirmed
        """
        self.ensure_one()
        check_access(self, "read")
        if not self.env.user.has_group(DISPATCHER):
            raise AccessError(_("Only dispatchers do that."))
        if self.state != "sale":
            raise UserError(_("%s is not confirmed yet.", self.name))
        services = self.env["billing.service.order"]._elevate_for("create")
        return open_form(services.create(self._billing_prepare_service_vals()))

    def _billing_prepare_service_vals(self):
        """Return the values of the next visit of a quotation.

        Kits are no parts: the quotation's own delivery brings them.
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        parts = lines.filtered(
            lambda line: (
                line._billing_counts_jobs()
                and line.product_id.type != "service"
                and not line._billing_is_kit()
            )
        )
        labour = lines.filtered(lambda line: line.product_id.billing_is_labour)
        return {
            "partner_id": self.partner_id.id,
            "address_id": self.partner_shipping_id.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "sale_order_id": self.id,
            "subject": (labour or lines)[:1].product_id.name,
            "planned_hours": sum(line._billing_count_open_hours() for line in labour)
            or 1.0,
            "part_ids": [
                fields.Command.create(
                    {
                        "product_id": line.product_id.id,
                        "planned_quantity": line.product_uom_qty - line.qty_delivered,
                        "unit_id": line[SOLD_UNIT].id,
                        "planned_line_id": line.id,
                    }
                )
                for line in parts
                if line.product_uom_qty > line.qty_delivered
            ],
        }

    def action_billing_open_service_orders(self):
        """Open the visits of the quotation."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Service Orders"), self.billing_service_order_ids)
