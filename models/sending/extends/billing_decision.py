from odoo import models


class BillingDecision(models.Model):
    """What a policy posts and sends goes on to be sent."""

    _inherit = "billing.decision"

    def _take_posted(self):
        res = super()._take_posted()
        going = self.filtered(
            lambda each: each.state == "posted" and each.policy_id._sends()
        )
        self.env["billing.dispatch"]._queue(going.move_id)
        return res
