from odoo import models, tools

from ..receiving.receivers.problems import Wait


class StockMove(models.Model):
    """What orders of Magento say of the goods that are moved."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        return super(StockMove, self - self._of_orders_on_hold())._action_assign(
            force_qty
        )

    def _get_new_picking_values(self):
        """Let those who pack the goods read the gift message."""
        values = super()._get_new_picking_values()
        message = self.sudo().sale_line_id.order_id[:1].magento_gift_message
        return {**values, "note": tools.plaintext2html(message)} if message else values

    def _magento_check_ready(self):
        """Check that a shipment of the shop may validate this move.

        :raise Wait: somebody must do something before
        """
        self.ensure_one()
        name = self.picking_id.name
        if any(each.state not in ("done", "cancel") for each in self.move_orig_ids):
            raise Wait("first_step", picking=name)
        if self.product_id.tracking != "none":
            product = self.product_id.display_name
            raise Wait("lots", product=product, picking=name)

    def _of_orders_on_hold(self):
        """Return those that go out for an order on hold in Magento."""
        sold = self.filtered("sale_line_id")
        return sold.filtered(
            lambda move: (
                move.sudo().sale_line_id.order_id.magento_on_hold
                and not move.origin_returned_move_id
            )
        )
