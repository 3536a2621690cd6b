from odoo import models


class AccountPayment(models.Model):
    """A payment has the fields of its journal entry, and guards them as that does."""

    _name = "account.payment"
    _inherit = ["account.payment", "integration.guard.mixin"]
