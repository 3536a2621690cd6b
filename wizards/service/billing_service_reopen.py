from odoo import api, fields, models


class BillingServiceReopen(models.TransientModel):
    """*Reopen*: a job that is done goes on, and the reason is kept."""

    _name = "billing.service.reopen"
    _description = "Reopen Service Orders"
    _inherit = ["integration.entry.mixin"]

    order_ids = fields.Many2many(
        "billing.service.order",
        string="Service Orders",
        required=True,
        default=lambda self: self._get_chosen(),
    )
    reason = fields.Char(required=True)

    @api.model
    def _get_chosen(self):
        return self.env.context.get("active_ids") or []

    def action_reopen(self):
        """Reopen them."""
        self.ensure_one()
        self.order_ids.reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
