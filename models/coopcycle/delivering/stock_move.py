from odoo import models


class StockMove(models.Model):
    """What nobody is to bring any more."""

    _inherit = "stock.move"

    def _action_cancel(self):
        """Take back the courier's delivery of a transfer that is cancelled by this.

        A transfer is cancelled, or all that it has: when its order's quantities go.
        """
        res = super()._action_cancel()
        cancelled = self.picking_id.filtered(lambda picking: picking.state == "cancel")
        cancelled.sudo().coopcycle_delivery_id._ask_cancel()
        return res
