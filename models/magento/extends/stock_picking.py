import re

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....compat import QUANTITY_DIGITS, create_return
from ...shared.days import begin_of
from ..exporting.couriers import Shipments
from ..exporting.couriers.delivered import get_delivered
from ..exporting.couriers.tracks import SEPARATORS
from ..exporting.states import fill_orders


class StockPicking(models.Model):
    """A delivery as a shipment in Magento."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "integration.guard.mixin", "magento.exported.mixin"]
    _magento_couriers = (Shipments,)
    _magento_kinds_that_follow = ("track",)

    magento_order_ids = fields.Many2many(
        "sale.order",
        "stock_picking_magento_order_rel",
        "picking_id",
        "order_id",
        "Magento Orders",
        compute="_compute_magento_order_ids",
        store=True,
    )
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
        digits=QUANTITY_DIGITS,
    )
    magento_on_hold = fields.Boolean(
        "On Hold in Magento", related="sale_id.magento_on_hold"
    )

    @api.depends("move_ids.quantity")
    def _compute_magento_total_quantity(self):
        for picking in self:
            picking.magento_total_quantity = sum(picking.move_ids.mapped("quantity"))

    def _auto_init(self):
        """Find the orders of the deliveries that are there, all at once."""
        fill_orders(
            self,
            """
            SELECT DISTINCT move.picking_id, sold.order_id
              FROM stock_move AS move
              JOIN stock_picking AS picking ON picking.id = move.picking_id
              JOIN stock_location AS target ON target.id = move.location_dest_id
              JOIN stock_location AS origin ON origin.id = move.location_id
              JOIN sale_order_line AS sold ON sold.id = move.sale_line_id
              JOIN sale_order AS sale ON sale.id = sold.order_id
             WHERE sold.magento_item_id IS NOT NULL
               AND sale.magento_connection_id IS NOT NULL
               AND target.usage = 'customer'
               AND origin.usage != 'customer'
               AND (move.state != 'cancel' OR picking.state != 'done')
            """,
        )
        return super()._auto_init()

    @api.depends(
        "state",
        "move_ids.location_id",
        "move_ids.location_dest_id",
        "move_ids.sale_line_id.magento_item_id",
        "move_ids.sale_line_id.order_id.magento_connection_id",
    )
    def _compute_magento_order_ids(self):
        for picking in self:
            goes_out = picking.move_ids.filtered(
                lambda move: (
                    move.sale_line_id.magento_item_id
                    and move.location_dest_id.usage == "customer"
                    and move.location_id.usage != "customer"
                    and (move.state != "cancel" or move.picking_id.state != "done")
                )
            )
            orders = goes_out.sale_line_id.order_id
            picking.magento_order_ids = orders.filtered("magento_connection_id")

    @api.model
    def _magento_get_ready_conditions(self, kind):
        is_valid, is_done = [("state", "!=", "cancel")], [("state", "=", "done")]
        return super()._magento_get_ready_conditions(kind) + [
            (is_valid, _("It was cancelled.")),
            (is_done, _("It is not validated.")),
        ]

    @api.model
    def _magento_get_recent_domain(self, kind, connection):
        domain = super()._magento_get_recent_domain(kind, connection)
        since = begin_of(connection.export_shipments_from, connection._get_time_zone())
        return domain + [("date_done", ">=", since)]

    # What Magento is told

    def _magento_get_quantities(self, order):
        return get_delivered(self, order)

    def _magento_prepare_body(self, document, items):
        if document.kind == "track":
            return {"entity": self._magento_prepare_track(document)}
        body = super()._magento_prepare_body(document, items)
        body["tracks"] = self._magento_prepare_tracks()
        if source := self._magento_get_stock_source(document):
            attributes = {"extension_attributes": {"source_code": source.code}}
            body["arguments"] = attributes
        return body

    def _magento_prepare_tracks(self, number=None):
        """Return the tracks of a delivery.

        :param str number: of this tracking number alone
        """
        carrier = self.carrier_id
        title = carrier.name or _("Delivery")
        return [
            {
                "track_number": each,
                "title": title,
                "carrier_code": carrier.magento_carrier_code or "custom",
            }
            for each in self._magento_get_tracking_numbers()
            if number in (None, each)
        ]

    def _magento_prepare_track(self, document):
        """Return the track of a number that was entered after its shipment was sent."""
        shipment = document._get_shipment()
        track = self._magento_prepare_tracks(document.track_number)[0]
        return {
            "order_id": int(document.sale_order_id.magento_order_id),
            "parent_id": int(shipment.magento_id),
            "description": document.key,
            **track,
        }

    def _magento_get_tracking_numbers(self):
        """Return the tracking numbers, which may be several with commas."""
        numbers = re.split(SEPARATORS, self.carrier_tracking_ref or "")
        return list(dict.fromkeys(filter(None, map(str.strip, numbers))))

    def _magento_get_stock_source(self, document):
        """Return the stock source of the warehouse, where the shop has several.

        What a vendor sends leaves no warehouse: it is the order's then.
        """
        sources = document.connection_id.source_ids
        if len(sources) < 2:
            return sources.browse()
        warehouse = (
            self.picking_type_id.warehouse_id or document.sale_order_id.warehouse_id
        )
        return sources.filtered(lambda each: each.warehouse_id == warehouse)[:1]

    def _magento_why_no_source(self, document):
        """Return why nobody knows from which stock source it left, "" if one does.

        Magento would take it from "default", whatever that is.
        """
        is_several = len(document.connection_id.source_ids) > 1
        if not is_several or self._magento_get_stock_source(document):
            return ""
        warehouse = (
            self.picking_type_id.warehouse_id or document.sale_order_id.warehouse_id
        )
        return _(
            "The shop has several stock sources, and none of them is the warehouse"
            " %(warehouse)s. Resolution: choose it at one of them, on the connection's"
            " tab Shipments and Refunds.",
            warehouse=warehouse.name,
        )

    def _magento_is_announced(self, document):
        return document.connection_id.notify_shipment

    def _magento_get_remedy(self, document, error):
        if document.kind != "shipment" or error.status != 400:
            return super()._magento_get_remedy(document, error)
        source = self._magento_get_stock_source(document)
        where = source.name or _("the source that Magento takes it from")
        return _(
            "Resolution: look in Magento whether the order is on hold or shipped"
            " already, and whether there is enough of each product in stock at %s;"
            " then export it again.",
            where,
        )

    def _magento_get_responsible(self, document):
        own = self.user_id if document.kind == "shipment" else None
        return own or super()._magento_get_responsible(document)

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
        create_return(wizard)

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
