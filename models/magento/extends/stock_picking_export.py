from odoo import _, api, fields, models

from ..exporting.couriers import Shipments


class StockPicking(models.Model):
    """A delivery as a shipment in Magento."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "magento.exported.mixin"]
    _magento_couriers = (Shipments,)
    _magento_kinds_that_follow = ("track",)

    magento_increment_id = fields.Char(
        "Order Number", related="sale_id.magento_increment_id"
    )
    magento_date_order = fields.Datetime("Order Date", related="sale_id.date_order")
    magento_customer_email = fields.Char(
        "Customer E-mail", related="sale_id.partner_id.email"
    )
    magento_customer_phone = fields.Char("Phone", related="sale_id.partner_id.phone")
    magento_total_quantity = fields.Float(
        "Total Quantity",
        compute="_compute_magento_total_quantity",
        digits="Product Unit of Measure",
    )

    @api.depends("move_ids.quantity")
    def _compute_magento_total_quantity(self):
        for picking in self:
            picking.magento_total_quantity = sum(picking.move_ids.mapped("quantity"))

    def _magento_get_orders(self):
        goes_out = self.move_ids.filtered(
            lambda move: (
                move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
            )
        )
        sold = goes_out.sale_line_id.filtered("magento_item_id")
        return sold.order_id.filtered("magento_connection_id")

    def _magento_why_not_ready(self):
        if self.state == "cancel":
            return _("It was cancelled.")
        return "" if self.state == "done" else _("It is not validated.")

    def _magento_is_recent(self, order):
        since = order.magento_connection_id.export_shipments_from
        return self.date_done.date() >= since
