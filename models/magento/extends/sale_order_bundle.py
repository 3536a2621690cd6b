from odoo import api, models


class SaleOrderLine(models.Model):
    """A bundle with one price: what is delivered are its parts, lines of their own."""

    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, previous_product_uom_qty=False):
        goods = self.filtered(lambda line: line.magento_role != "bundle")
        return super(SaleOrderLine, goods)._action_launch_stock_rule(
            previous_product_uom_qty
        )

    @api.depends(
        "order_id.order_line.move_ids.state", "order_id.order_line.move_ids.quantity"
    )
    def _compute_qty_delivered(self):
        bundles = self.filtered(lambda line: line.magento_role == "bundle")
        res = super(SaleOrderLine, self - bundles)._compute_qty_delivered()
        for bundle in bundles:
            bundle.qty_delivered = bundle._get_delivered_bundles()
        return res

    def _get_delivered_bundles(self):
        """Return how many bundles have all their parts delivered."""
        parts = self.order_id.order_line.filtered(
            lambda line: (
                line.magento_parent_item_id == self.magento_item_id
                and line.product_uom_qty
            )
        )
        if not parts:
            return 0.0
        share = min(part.qty_delivered / part.product_uom_qty for part in parts)
        return self.product_uom_qty * share
