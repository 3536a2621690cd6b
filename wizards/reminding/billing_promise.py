from odoo import fields, models

from ...models.billing.groups import READERS


class BillingPromise(models.TransientModel):
    """*Promise to Pay*: until then nobody is reminded."""

    _name = "billing.promise"
    _description = "Promise to Pay"

    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
        groups=READERS,
    )
    date = fields.Date("Promised Until", required=True)
    note = fields.Text("What Was Said")

    def action_promise(self):
        """Enter it."""
        self.ensure_one()
        self.move_ids.billing_promise(self.date, self.note)
        return {"type": "ir.actions.act_window_close"}
