from odoo import _, api, fields, models
from odoo.exceptions import UserError

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
    magento_on_hold = fields.Boolean(
        "On Hold in Magento", related="sale_id.magento_on_hold"
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

    # What the shop shipped, or takes back

    def _magento_prepare_shipment_vals(self, shipment):
        """Return what a transfer gets of a shipment: its tracking numbers, each once.

        :param shipment: Magento's shipment, as it was read
        """
        self.ensure_one()
        if not shipment.track_numbers:
            return {}
        own = (self.carrier_tracking_ref or "").split(",")
        numbers = [*filter(None, map(str.strip, own)), *shipment.track_numbers]
        return {"carrier_tracking_ref": ", ".join(dict.fromkeys(numbers))}

    def _magento_return(self, quantities):
        """Make the return of goods that a delivery took to the customer.

        :param dict quantities: {stock.move: quantity in its product's unit}
        """
        self.ensure_one()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.id})
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id, 0.0)
        wizard._create_returns()

    # A delivery of an order that may be on hold in Magento

    def button_validate(self):
        self._check_magento_hold()
        return super().button_validate()

    def _action_done(self):
        self._check_magento_hold()
        return super()._action_done()

    def _check_magento_hold(self):
        """Check that none of them goes out for an order on hold; returns may come in.

        :raise UserError: one does
        """
        held = self.filtered(
            lambda picking: (
                picking.magento_on_hold and picking.picking_type_code != "incoming"
            )
        )
        if held:
            raise UserError(
                _(
                    "%s was not delivered: its order is on hold in Magento. Resolution:"
                    " release the order in Magento, then read it again in Odoo.",
                    ", ".join(held.mapped("name")),
                )
            )

    def _add_delivery_cost_to_so(self):
        """Keep Magento's price of the delivery, whatever the carrier asks for."""
        if not self.sale_id.magento_order_id:
            return super()._add_delivery_cost_to_so()
        return None

    # What the shop has shipped is neither handed to a carrier nor announced again

    def send_to_shipper(self):
        if self.env.context.get("magento_importing"):
            return None
        return super().send_to_shipper()

    def _send_confirmation_email(self):
        if self.env.context.get("magento_importing"):
            return None
        return super()._send_confirmation_email()
