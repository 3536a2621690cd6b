from odoo import _, api, fields, models

from ...models.billing.groups import READERS
from ...models.shared.notifying import CLOSE, notify


class BillingSendAgain(models.TransientModel):
    """*Send Again*: the customer gets the invoice once more, and the reason is kept."""

    _name = "billing.send.again"
    _description = "Send Again"
    _inherit = ["integration.entry.mixin"]

    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        required=True,
        default=lambda self: self._get_chosen(),
        groups=READERS,
    )
    reason = fields.Char(required=True)

    @api.model
    def _get_chosen(self):
        """Return the invoices that are chosen, or of which what is chosen was sent."""
        ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "billing.dispatch":
            return self.env["billing.dispatch"].browse(ids).move_id
        return self.env["account.move"].browse(ids)

    def action_send_again(self):
        """Send them once more."""
        self.ensure_one()
        made = self.move_ids.billing_send_again(self.reason)
        return notify(_("To send: %s.", len(made)), then=CLOSE)
