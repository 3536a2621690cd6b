from odoo import _, api, models

from ..billing.dashboard.figures import Card, Figure


class BillingDashboard(models.AbstractModel):
    """The card of what is on its way to customers, or does not get there."""

    _inherit = "billing.dashboard"

    @api.model
    def _get_cards(self):
        card = Card(_("Sending"), 40, ("billing.dispatch",))
        return {**super()._get_cards(), "sending": card}

    @api.model
    def _get_sending_figures(self):
        rows = (
            ("to_send", _("To Send"), ("queued",), ""),
            ("to_print", _("To Print"), ("to_print",), "warning"),
            ("failed", _("Failed or Held"), ("failed", "held"), "danger"),
            ("bounced", _("Bounced"), ("bounced",), "danger"),
        )
        return [
            Figure(
                key,
                label,
                model="billing.dispatch",
                action="coopcycle_magento.billing_dispatch_action",
                domain=[],
                split=("state", states),
                amount="amount_total",
                level=level,
            )
            for key, label, states, level in rows
        ]
