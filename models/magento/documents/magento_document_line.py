from odoo import fields, models


class MagentoDocumentLine(models.Model):
    """How many of an order's item a document covers, and for which Odoo document.

    One invoice in Odoo may be several in Magento, and the other way round.
    """

    _name = "magento.document.line"
    _description = "Magento Document Item"

    document_id = fields.Many2one(
        "magento.document", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    order_item_id = fields.Char("Magento Item ID", required=True)
    quantity = fields.Float(digits=(16, 4), required=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order Line", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", index="btree_not_null", ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", index="btree_not_null", ondelete="set null"
    )
