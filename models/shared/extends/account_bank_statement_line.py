from odoo import models


class AccountBankStatementLine(models.Model):
    """A line has the fields of its journal entry, and guards them as that does."""

    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "integration.guard.mixin"]
