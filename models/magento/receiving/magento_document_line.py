from odoo import api, models


class MagentoDocumentLine(models.Model):
    """What a document that came in covers."""

    _inherit = "magento.document.line"

    @api.model
    def _prepare_vals(self, sold, quantity, move=None, picking=None):
        """Return the values of a line: which document of Odoo's it is a part of.

        :param sold: the sale.order.line
        :param quantity: in its unit
        :param move: the account.move that bills so many, or takes them back
        :param picking: the stock.picking that delivers them
        """
        values = {
            "order_item_id": sold.magento_item_id or "shipping",
            "quantity": float(quantity),
            "sale_line_id": sold.id,
        }
        if move is not None:
            values["move_id"] = move.id
        if picking is not None:
            values["picking_id"] = picking.id
        return values
