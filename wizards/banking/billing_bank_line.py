from odoo import _, fields, models
from odoo.exceptions import UserError

from ...models.banking.billing_bank import JOURNAL_TYPES
from ...tools.text.cleaning import clean_text


class BillingBankLine(models.TransientModel):
    """*New*: a bank line that somebody enters."""

    _name = "billing.bank.line"
    _description = "New Bank Line"

    journal_id = fields.Many2one(
        "account.journal",
        "Bank",
        required=True,
        default=lambda self: self.env["billing.bank.import"]._get_default_journal(),
        domain=lambda self: [("type", "in", JOURNAL_TYPES)],
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(
        required=True, help="Above zero what came in, below what went out."
    )
    text = fields.Char(required=True)
    payer = fields.Char()
    account_number = fields.Char("Payer's Account")

    def _compute_currency_id(self):
        for wizard in self:
            journal = wizard.journal_id
            wizard.currency_id = journal.currency_id or journal.company_id.currency_id

    def action_create(self):
        """Enter it, and look for what it pays."""
        self.ensure_one()
        lines = self.env["account.bank.statement.line"]
        lines._billing_check()
        if self.journal_id not in lines._billing_get_journals():
            raise UserError(_("%s is no bank of yours.", self.journal_id.name))
        if self.currency_id.is_zero(self.amount):
            raise UserError(_("The amount is 0. Resolution: enter what came or went."))
        company = self.journal_id.company_id
        lines.sudo().with_company(company).create(self._prepare_vals())
        self.env["billing.operation"]._suggest_now(company.sudo())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _prepare_vals(self):
        return {
            "journal_id": self.journal_id.id,
            "date": self.date,
            "amount": self.amount,
            "payment_ref": clean_text(self.text or "") or "/",
            "partner_name": clean_text(self.payer or "") or False,
            "account_number": clean_text(self.account_number or "") or False,
        }
