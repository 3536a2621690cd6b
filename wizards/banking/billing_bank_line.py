from odoo import _, fields, models
from odoo.exceptions import UserError

from ...models.shared.notifying import RELOAD
from ...tools.text.cleaning import clean_text


class BillingBankLine(models.TransientModel):
    """*New*: a bank line that somebody enters."""

    _name = "billing.bank.line"
    _description = "New Bank Line"
    _inherit = ["billing.bank.mixin"]

    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(
        required=True, help="Above zero what came in, below what went out."
    )
    text = fields.Char(required=True)
    payer = fields.Char()
    account_number = fields.Char("Payer's Account")

    def action_create(self):
        """Enter it, and look for what it pays."""
        self.ensure_one()
        self._check_bank()
        if self.currency_id.is_zero(self.amount):
            raise UserError(_("The amount is 0. Resolution: enter what came or went."))
        company = self.journal_id.company_id
        self._create_lines(company, [self._prepare_vals()])
        self.env["billing.operation"]._suggest_now(company.sudo())
        return RELOAD

    def _prepare_vals(self):
        return {
            "journal_id": self.journal_id.id,
            "date": self.date,
            "amount": self.amount,
            "payment_ref": clean_text(self.text or "") or "/",
            "partner_name": clean_text(self.payer or "") or False,
            "account_number": clean_text(self.account_number or "") or False,
        }
