from odoo import _, fields, models
from odoo.exceptions import UserError

from ...compat import is_locked
from ...models.banking.importing.account_bank_statement_line import (
    LONGEST_NAME,
    LONGEST_TEXT,
)
from ...models.shared.notifying import RELOAD
from ...tools.text.amounts import LIMIT

# As of days in files
YEARS = range(2000, 2100)


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
        self._check_values()
        company = self.journal_id.company_id
        self._create_lines(company, [self._prepare_vals()])
        self.env["billing.operation"]._suggest_now(company.sudo())
        return RELOAD

    def _check_values(self):
        """Check that this may be a line of a bank.

        :raise UserError: it may not
        """
        if abs(self.amount) >= LIMIT:
            raise UserError(_("No bank has lines of such an amount."))
        if self.currency_id.is_zero(self.amount):
            raise UserError(_("The amount is 0. Resolution: enter what came or went."))
        if self.date.year not in YEARS:
            raise UserError(_("No bank has lines of such a day."))
        journal = self.journal_id.sudo()
        if is_locked(journal.company_id, self.date, False, journal):
            raise UserError(
                _("This day is of a locked period. Resolution: have it opened.")
            )

    def _prepare_vals(self):
        return {
            "journal_id": self.journal_id.id,
            "date": self.date,
            "amount": self.amount,
            "payment_ref": (self.text or "")[:LONGEST_TEXT] or "/",
            "partner_name": (self.payer or "")[:LONGEST_NAME] or False,
            "account_number": (self.account_number or "")[:LONGEST_NAME] or False,
        }
