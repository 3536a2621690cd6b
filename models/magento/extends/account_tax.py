from odoo import models


class AccountTax(models.Model):
    """What `compute_all` says, tax by tax."""

    _inherit = "account.tax"

    def _sum_up(self, computed):
        """Return {account.tax: amount} of the answer of `compute_all`."""
        amounts = {}
        for each in computed["taxes"]:
            tax = self.browse(each["id"])
            amounts[tax] = amounts.get(tax, 0.0) + each["amount"]
        return amounts
