from datetime import timedelta

from odoo import _, models

from ....tools.coopcycle.api.endings import COMPLETED

COURIER_FAILED = "courier_failed"
# What CoopCycle tells is heard at once; this is for what nobody tells
PAUSE = timedelta(days=1)


class BillingDecision(models.Model):
    """What a courier brings is billed when it has arrived, if the policy says so."""

    _inherit = "billing.decision"

    def _get_awaited_delivery(self):
        """Return the `coopcycle.delivery` that has to arrive first, or none.

        One that people have cancelled is waited for no more: it went another way.
        """
        self.ensure_one()
        delivery = self.picking_id.sudo().coopcycle_delivery_id
        is_waiting = self.policy_id.waits_for_courier and self._get_kind() == "delivery"
        is_open = (
            delivery.courier_state != COMPLETED and delivery.sync_state != "cancelled"
        )
        return delivery if is_waiting and is_open else delivery.browse()

    def _wait_for_courier(self, now):
        """Let a decision wait for its courier; one who does not come holds it.

        :param now: UTC
        :return: when it is looked at again, None if it waits for nobody or is held
        """
        delivery = self._get_awaited_delivery()
        if delivery._is_over():
            self._hold(
                COURIER_FAILED,
                _(
                    "The courier has not delivered %s. Resolution: send it again, or"
                    " cancel the courier's delivery and press Try Again if the customer"
                    " got it another way.",
                    self.picking_id.name,
                ),
            )
            return None
        moment = now + PAUSE
        self.write({"wait_until": moment, "reason": self._get_waiting_text()})
        return moment

    def _get_waiting_text(self):
        """Return what it waits for."""
        if self._get_awaited_delivery():
            return _("It is billed when the courier has delivered it.")
        return self.policy_id._get_waiting_text(self.wait_until)

    def _take_arrival(self):
        """Let decisions go on whose courier has delivered: that is their moment."""
        for decision in self:
            delivery = decision.picking_id.sudo().coopcycle_delivery_id
            # Who validates the transfer afterwards, has it billed of that day
            decision.event_at = max(decision.event_at, delivery.done_at)
        held = self.filtered(lambda decision: decision.state == "held")
        held._update_state(("held",), "pending", error_code=False, last_error=False)
        self.wait_until = False
        if self:
            self.env.ref("coopcycle_magento.ir_cron_billing_draft").sudo()._trigger()
