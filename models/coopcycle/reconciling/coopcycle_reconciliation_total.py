from odoo import fields, models


class CoopcycleReconciliationTotal(models.Model):
    """What both sides have of one store."""

    _name = "coopcycle.reconciliation.total"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Reconciliation Total"
    _order = "name, id"

    reconciliation_id = fields.Many2one(
        "coopcycle.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="reconciliation_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char("Store", readonly=True)
    order_count = fields.Integer("Orders in CoopCycle", readonly=True)
    billed_count = fields.Integer("Orders Invoiced", readonly=True)
    amount = fields.Monetary("CoopCycle, without Tax", readonly=True)
    billed_amount = fields.Monetary("Odoo, without Tax", readonly=True)
