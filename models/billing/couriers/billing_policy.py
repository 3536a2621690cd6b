from odoo import _, api, fields, models


class BillingPolicy(models.Model):
    """A policy may bill what a courier brings when that has arrived."""

    _inherit = "billing.policy"

    waits_for_courier = fields.Boolean(
        "Wait for the Courier",
        help="What a courier of CoopCycle brings is billed when it has arrived, and not"
        " when it leaves. Other deliveries are billed as ever.",
    )

    def write(self, vals):
        """Have what waits for a courier decided anew where that changes."""
        res = super().write(vals)
        if "waits_for_courier" in vals:
            self._wait_anew()
        return res

    @api.depends("waits_for_courier")
    def _compute_sentence(self):
        return super()._compute_sentence()

    @api.model
    def _get_courier_words(self):
        return _("deliveries (by courier: once they have arrived)")

    def _get_event_words(self):
        words = super()._get_event_words()
        if self.event_delivery and self.waits_for_courier:
            words[0] = self._get_courier_words()
        return words
