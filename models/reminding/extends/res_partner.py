from odoo import fields, models

from ...billing.groups import READERS


class ResPartner(models.Model):
    """How a customer pays, and is reminded."""

    _inherit = "res.partner"

    billing_payer_ids = fields.One2many(
        "billing.payer",
        "partner_id",
        "As a Payer",
        groups=READERS,
        copy=False,
    )
    billing_reminder_ids = fields.One2many(
        "billing.reminder", "partner_id", "Reminders", readonly=True, groups=READERS
    )
    billing_reminder_count = fields.Integer(
        compute="_compute_billing_reminder_count", groups=READERS
    )

    def _compute_billing_reminder_count(self):
        counts = dict(
            self.env["billing.reminder"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.billing_reminder_count = counts.get(partner, 0)
