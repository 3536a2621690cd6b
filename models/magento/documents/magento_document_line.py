from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class MagentoDocumentLine(models.Model):
    """How many of an order's item a document covers, and for which Odoo document.

    One invoice in Odoo may be several in Magento, and the other way round.
    """

    _name = "magento.document.line"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Document Item"

    document_id = fields.Many2one(
        "magento.document",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    order_item_id = fields.Char("Magento Item ID", required=True, readonly=True)
    quantity = fields.Float(digits=(16, 4), required=True, readonly=True)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    covers_other = fields.Boolean(
        compute="_compute_covers_other",
        store=True,
        precompute=True,
        help="It is of another invoice or transfer than the document was made for.",
    )

    def _auto_init(self):
        """Compute what is new of the lines that are there, all at once."""
        cr = self.env.cr
        is_new = not column_exists(cr, self._table, "covers_other")
        if is_new and column_exists(cr, self._table, "picking_id"):
            create_column(cr, self._table, "covers_other", "boolean")
            cr.execute(
                """
                UPDATE magento_document_line AS line
                   SET covers_other = TRUE
                  FROM magento_document AS document
                 WHERE document.id = line.document_id
                   AND (
                        line.move_id IS DISTINCT FROM document.move_id
                        OR line.picking_id IS DISTINCT FROM document.picking_id
                   )
                """
            )
        res = super()._auto_init()
        cr.execute(
            """
            CREATE INDEX IF NOT EXISTS magento_document_line_covers_other
            ON magento_document_line (document_id) WHERE covers_other
            """
        )
        return res

    @api.depends(
        "move_id", "picking_id", "document_id.move_id", "document_id.picking_id"
    )
    def _compute_covers_other(self):
        for line in self:
            document = line.document_id
            line.covers_other = (
                line.move_id != document.move_id
                or line.picking_id != document.picking_id
            )
