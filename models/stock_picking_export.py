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
        sold = goes_out.sale_line_id.filtered("magento_item_id")
        return sold.order_id.filtered("magento_connection_id")

    def _magento_why_not_due(self):
        if self.state == "cancel":
            return _("It was cancelled.")
        return "" if self.state == "done" else _("It is not validated.")

    def _magento_is_recent(self):
        since = self._magento_get_orders().magento_connection_id.mapped(
            "export_shipments_from"
        )
        return any(self.date_done.date() >= day for day in since)

    @api.model
    def _magento_read_due(self):
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT picking.id,
                   picking.state = 'done'
                   AND BOOL_OR(picking.date_done >= shop.export_shipments_from)
              FROM stock_picking AS picking
              JOIN stock_move AS move ON move.picking_id = picking.id
              JOIN stock_location AS target ON target.id = move.location_dest_id
              JOIN stock_location AS origin ON origin.id = move.location_id
              JOIN sale_order_line AS sold ON sold.id = move.sale_line_id
              JOIN sale_order AS sale ON sale.id = sold.order_id
              JOIN magento_connection AS shop ON shop.id = sale.magento_connection_id
             WHERE target.usage = 'customer'
               AND origin.usage != 'customer'
               AND sold.magento_item_id IS NOT NULL
             GROUP BY picking.id
            """
        )
        return dict(self.env.cr.fetchall())
