from odoo import api, fields, models

from ...models.shared.notifying import RELOAD


class BillingMatchChoice(models.TransientModel):
    """*Choose*: what a bank line pays, where nothing that is suggested is right."""

    _name = "billing.match.choice"
    _description = "Choose What a Bank Line Pays"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line", "Bank Line", required=True, readonly=True
    )
    company_id = fields.Many2one(related="statement_line_id.company_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_open")
    open_amount = fields.Monetary("Open on the Line", compute="_compute_open")
    item_ids = fields.Many2many("account.move.line", string="What It Pays")
    chosen_amount = fields.Monetary("Chosen", compute="_compute_chosen_amount")

    @api.depends("statement_line_id")
    def _compute_open(self):
        for choice in self:
            suspense = choice.statement_line_id._seek_for_lines()[1]
            line = choice.statement_line_id
            choice.currency_id = suspense.currency_id or line.currency_id
            choice.open_amount = -sum(suspense.mapped("amount_currency"))

    @api.depends("item_ids")
    def _compute_chosen_amount(self):
        for choice in self:
            amounts = choice.item_ids.mapped("amount_residual_currency")
            choice.chosen_amount = sum(amounts)

    def action_choose(self):
        """Have the line pay them."""
        self.ensure_one()
        self.statement_line_id._billing_choose(self.item_ids)
        return RELOAD
