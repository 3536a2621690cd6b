from odoo import models

from ....tools.coopcycle.api.endings import COMPLETED
from ...shared.running import do_at_commit
from .billing_decision import COURIER_FAILED


class CoopcycleDelivery(models.Model):
    """What has arrived is billed, where a policy waits for that."""

    _inherit = "coopcycle.delivery"

    def _note_state(self, before):
        res = super()._note_state(before)
        if self.courier_state == COMPLETED:
            do_at_commit(self, "_billing_take_arrival")
        return res

    def _billing_take_arrival(self):
        """Let what waits for these deliveries be billed."""
        decisions = self.env["billing.decision"].sudo()
        waiting = decisions.search(
            [
                ("picking_id", "in", self.picking_id.ids),
                ("event", "=", "delivery"),
                ("policy_id.waits_for_courier", "=", True),
                "|",
                ("state", "=", "pending"),
                "&",
                ("state", "=", "held"),
                ("error_code", "=", COURIER_FAILED),
            ]
        )
        waiting._take_arrival()
