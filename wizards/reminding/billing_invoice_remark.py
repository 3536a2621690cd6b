from odoo import fields, models


class BillingInvoiceRemark(models.TransientModel):
    """*Sent Otherwise* and *No Reminder Until*: what a person knows of invoices."""

    _name = "billing.invoice.remark"
    _description = "Remark on an Invoice"
    _inherit = ["billing.chosen.invoices.mixin"]

    kind = fields.Selection(
        [("sent", "Sent Otherwise"), ("postpone", "No Reminder Until")],
        required=True,
        default="sent",
    )
    until = fields.Date()
    reason = fields.Char(required=True)

    def action_remark(self):
        """Enter it."""
        self.ensure_one()
        if self.kind == "sent":
            self.move_ids.billing_mark_sent_otherwise(self.reason)
        else:
            self.move_ids.billing_postpone_reminders(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
