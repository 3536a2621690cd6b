from odoo import fields, models

from ...models.reminding.extends.account_move import CAUSES


class BillingDispute(models.TransientModel):
    """*Dispute*: the customer says that something is wrong with invoices."""

    _name = "billing.dispute"
    _description = "Dispute"
    _inherit = ["billing.chosen.invoices.mixin"]

    cause = fields.Selection(CAUSES, required=True)
    note = fields.Text("What Is Disputed")
    until = fields.Date("To Be Settled Until")

    def action_dispute(self):
        """Enter it."""
        self.ensure_one()
        self.move_ids.billing_dispute(self.cause, self.note, self.until)
        return {"type": "ir.actions.act_window_close"}
