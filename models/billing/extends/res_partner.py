from odoo import fields, models


class ResPartner(models.Model):
    """A customer and what was decided about billing it."""

    _inherit = "res.partner"

    billing_decision_count = fields.Integer(
        compute="_compute_billing_decision_count",
        groups="coopcycle_magento.billing_group_user",
    )

    def _compute_billing_decision_count(self):
        counts = dict(
            self.env["billing.decision"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.billing_decision_count = counts.get(partner, 0)
