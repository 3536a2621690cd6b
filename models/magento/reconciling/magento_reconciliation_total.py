from odoo import fields, models


class MagentoReconciliationTotal(models.Model):
    """What the orders of one currency come to that are equal on both sides."""

    _name = "magento.reconciliation.total"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Reconciliation Total"
    _order = "order_count desc, id"
    _rec_name = "currency_id"

    reconciliation_id = fields.Many2one(
        "magento.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="reconciliation_id.company_id", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    order_count = fields.Integer("Equal Orders", readonly=True)
    qty_ordered = fields.Float("Pieces Ordered", digits=(16, 2), readonly=True)
    qty_invoiced = fields.Float("Pieces Invoiced", digits=(16, 2), readonly=True)
    qty_shipped = fields.Float("Pieces Shipped", digits=(16, 2), readonly=True)
    qty_refunded = fields.Float("Pieces Refunded", digits=(16, 2), readonly=True)
    amount_ordered = fields.Monetary("Ordered", readonly=True)
    amount_invoiced = fields.Monetary("Invoiced", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)
