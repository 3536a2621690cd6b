from odoo import _, api, models

from ..billing.dashboard.figures import Card, Figure
from .billing_bank import JOURNAL_TYPES

LINE = "account.bank.statement.line"
NEEDED = ("billing.match", "account.journal")


class BillingDashboard(models.AbstractModel):
    """The card of bank lines that pay something still, or may."""

    _inherit = "billing.dashboard"

    @api.model
    def _get_cards(self):
        card = Card(_("Bank Lines to Apply"), 50, (LINE, *NEEDED))
        return {**super()._get_cards(), "banking": card}

    @api.model
    def _get_banking_figures(self):
        open_lines = [
            ("journal_id.type", "in", list(JOURNAL_TYPES)),
            ("is_reconciled", "=", False),
        ]
        rows = (
            ("certain", _("Certain"), ("certain",), "success"),
            ("likely", _("Likely or weak"), ("likely", "weak"), "warning"),
            ("none", _("Nothing found"), ("none",), ""),
        )
        return [
            Figure(
                key,
                label,
                model=LINE,
                action="coopcycle_magento.billing_bank_line_action",
                domain=[*open_lines, ("billing_match_state", "in", list(states))],
                amount="amount",
                currency="currency_id",
                needs=NEEDED,
                level=level,
            )
            for key, label, states, level in rows
        ]
