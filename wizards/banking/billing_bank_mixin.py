from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...models.banking.billing_bank import JOURNAL_TYPES
from ...models.shared.contexts import without_defaults


class BillingBankMixin(models.AbstractModel):
    """A question about one of the user's banks, whose lines come in."""

    _name = "billing.bank.mixin"
    _description = "Lines of a Bank"
    _inherit = ["integration.entry.mixin"]

    journal_id = fields.Many2one(
        "account.journal",
        "Bank",
        required=True,
        default=lambda self: self._get_lines()._billing_get_journals()[:1],
        domain=lambda self: [("type", "in", JOURNAL_TYPES)],
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    @api.depends("journal_id")
    def _compute_currency_id(self):
        for wizard in self:
            journal = wizard.journal_id
            wizard.currency_id = journal.currency_id or journal.company_id.currency_id

    def _check_bank(self):
        """Check that the user may have lines of this bank come in.

        :raise AccessError: they may not
        :raise UserError: it is no bank
        """
        self._get_lines()._billing_check()
        if self.journal_id not in self._get_lines()._billing_get_journals():
            raise UserError(_("%s is no bank of yours.", self.journal_id.name))

    @api.model
    def _get_lines(self):
        return self.env["account.bank.statement.line"]

    @api.model
    def _create_lines(self, company, vals_list):
        """Make bank lines of a company, elevated; a context adds nothing to them."""
        lines = without_defaults(self._get_lines().sudo())
        return lines.with_company(company).create(vals_list)
