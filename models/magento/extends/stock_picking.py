from odoo import _, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """A delivery of an order that may be on hold in Magento."""

    _inherit = "stock.picking"

    magento_on_hold = fields.Boolean(
        "On Hold in Magento", related="sale_id.magento_on_hold"
    )

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


class StockMove(models.Model):
    """What an order on hold needs is reserved when it is released."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        return super(StockMove, self - self._of_orders_on_hold())._action_assign(
            force_qty
        )

    def _of_orders_on_hold(self):
        """Return those that go out for an order on hold in Magento."""
        sold = self.filtered("sale_line_id")
        return sold.filtered(
            lambda move: (
                move.sudo().sale_line_id.order_id.magento_on_hold
                and not move.origin_returned_move_id
            )
        )
