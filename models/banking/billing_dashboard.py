from odoo import _, api, models

from ..billing.dashboard.figures import Card, Figure
from .billing_bank import JOURNAL_TYPES


class BillingDashboard(models.AbstractModel):
    """The card of bank lines that pay something still, or may."""

    _inherit = "billing.dashboard"

    @api.model
    def _get_cards(self):
        return {**super()._get_cards(), "banking": Card(_("Bank Lines to Apply"), 50)}

    @api.model
    def _get_banking_figures(self):
        open_lines = [
            ("journal_id.type", "in", list(JOURNAL_TYPES)),
            ("is_reconciled", "=", False),
        ]
        return [
            Figure(
                key,
                label,
                model="account.bank.statement.line",
                action="coopcycle_magento.billing_bank_line_action",
                domain=[*open_lines, ("billing_match_state", "in", list(states))],
                amount="amount",
                currency="currency_id",
                needs=("billing.match", "account.journal"),
                level=level,
            )
            for key, label, states, level in (
                ("certain", _("Certain"), ("certain",), "success"),
                ("likely", _("Likely or weak"), ("likely", "weak"), "warning"),
                ("none", _("Nothing found"), ("none",), ""),
            )
        ]
