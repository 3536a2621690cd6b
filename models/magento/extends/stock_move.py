from odoo import models


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
