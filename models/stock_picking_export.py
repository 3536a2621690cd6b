from odoo import _, models


class StockPicking(models.Model):
    """A delivery as a shipment in Magento."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "magento.exported.mixin"]
    _magento_kind = "shipment"
    _magento_source = "picking_id"
    _magento_operation = "export_shipments"

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
