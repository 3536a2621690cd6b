from odoo import _, api, fields, models


class StockPicking(models.Model):
    """A delivery as a shipment in Magento."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "magento.exported.mixin"]
    _magento_kind = "shipment"
    _magento_source = "picking_id"
    _magento_operation = "export_shipments"

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
        return goes_out.sale_line_id.order_id.filtered("magento_order_id")

    def _magento_why_not_due(self):
        return "" if self.state == "done" else _("It is not validated.")
