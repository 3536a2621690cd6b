from odoo import models


class ResPartner(models.Model):
    """A company's contact has the time zone in which its days and periods end."""

    _inherit = "res.partner"

    def write(self, vals):
        """Have what waits for the end of a day or period wait where the company is."""
        res = super().write(vals)
        if "tz" in vals:
            companies = self.env["res.company"].sudo()
            own = companies.search([("partner_id", "in", self.ids)])
            policies = self.env["billing.policy"].sudo().with_context(active_test=False)
            policies.search([("company_id", "in", own.ids)])._wait_anew()
        return res
