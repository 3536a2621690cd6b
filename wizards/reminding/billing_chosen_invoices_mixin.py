from odoo import fields, models

from ...models.billing.groups import READERS


class BillingChosenInvoicesMixin(models.AbstractModel):
    """What is entered about the invoices that were chosen in a list, or are shown."""

    _name = "billing.chosen.invoices.mixin"
    _description = "Chosen Invoices"
    _inherit = ["integration.entry.mixin"]

    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
        groups=READERS,
    )
