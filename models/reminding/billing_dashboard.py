from odoo import _, api, models

from ..billing.dashboard.figures import Card, Figure


class BillingDashboard(models.AbstractModel):
    """The card of reminders that have not left."""

    _inherit = "billing.dashboard"

    @api.model
    def _get_cards(self):
        card = Card(_("Reminders"), 70, ("billing.reminder",))
        return {**super()._get_cards(), "reminders": card}

    @api.model
    def _get_reminders_figures(self):
        rows = (
            ("proposed", _("Proposed"), ""),
            ("held", _("Held"), "warning"),
            ("failed", _("Failed"), "danger"),
        )
        return [
            Figure(
                key,
                label,
                model="billing.reminder",
                action="coopcycle_magento.billing_reminder_action",
                domain=[],
                split=("state", (key,)),
                amount="amount_total",
                currency="currency_id",
                level=level,
            )
            for key, label, level in rows
        ]
