from odoo import _, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """A delivery of an order that may be on hold in Magento."""

    _inherit = "stock.picking"

    magento_on_hold = fields.Boolean(
        "On Hold in Magento", related="sale_id.magento_on_hold"
    )

    def button_validate(self):
        held = self.filtered(lambda picking: picking.magento_on_hold)
        if held:
            raise UserError(
                _(
                    "%s was not delivered: its order is on hold in Magento. Resolution:"
                    " release the order in Magento, then read it again in Odoo.",
                    ", ".join(held.mapped("name")),
                )
            )
        return super().button_validate()
