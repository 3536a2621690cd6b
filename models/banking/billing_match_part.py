from odoo import fields, models


class BillingMatchPart(models.Model):
    """How much of one open item a bank line pays."""

    _name = "billing.match.part"
    _description = "Part of a Bank Match"
    _inherit = ["integration.guard.mixin"]
    _order = "match_id, id"

    match_id = fields.Many2one(
        "billing.match", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    item_id = fields.Many2one(
        "account.move.line",
        "Open Item",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Paid", readonly=True)
    move_id = fields.Many2one(related="item_id.move_id", string="Number")
    partner_id = fields.Many2one(related="item_id.partner_id", string="Customer")
    date_maturity = fields.Date(related="item_id.date_maturity", string="Due")
    amount_residual = fields.Monetary(
        related="item_id.amount_residual_currency", string="Still Open"
    )
