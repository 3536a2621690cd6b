from odoo import fields, models


class BillingPromise(models.TransientModel):
    """*Promise to Pay*: until then nobody is reminded."""

    _name = "billing.promise"
    _description = "Promise to Pay"
    _inherit = ["billing.chosen.invoices.mixin"]

    date = fields.Date("Promised Until", required=True)
    note = fields.Text("What Was Said")

    def action_promise(self):
        """Enter it."""
        self.ensure_one()
        self.move_ids.billing_promise(self.date, self.note)
        return {"type": "ir.actions.act_window_close"}
