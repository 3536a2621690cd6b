from odoo import fields, models


class ResPartner(models.Model):
    """A customer and what was decided about billing it."""

    _inherit = "res.partner"

    billing_decision_count = fields.Integer(
        compute="_compute_billing_decision_count",
        groups="coopcycle_magento.billing_group_user",
    )

    def _compute_billing_decision_count(self):
        decisions = self.env["billing.decision"]
        for partner in self:  # with those of its contacts and addresses
            partner.billing_decision_count = decisions.search_count(
                [("partner_id", "child_of", partner.id)]
            )
