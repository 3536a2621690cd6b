from odoo import api, fields, models

from ...models.billing.groups import BILLER


class BillingReset(models.TransientModel):
    """*Reset to Draft* of what is final: the reason is kept."""

    _name = "billing.reset"
    _description = "Reset Final Invoices"
    _inherit = ["integration.entry.mixin"]

    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        required=True,
        default=lambda self: self._get_chosen(),
        groups=BILLER,
    )
    reason = fields.Char(required=True)

    @api.model
    def _get_chosen(self):
        return self.env.context.get("active_ids") or []

    def action_reset(self):
        """Reset them."""
        self.ensure_one()
        self.move_ids.billing_reset(self.reason)
        return {"type": "ir.actions.act_window_close"}
