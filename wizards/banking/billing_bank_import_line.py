from odoo import fields, models

STATES = [
    ("new", "New"),
    ("known", "Known Already"),
    ("similar", "Similar"),
    ("locked", "Locked Period"),
]


class BillingBankImportLine(models.TransientModel):
    """A line of a bank's file, before it comes in."""

    _name = "billing.bank.import.line"
    _description = "Line of a Bank's File"
    _order = "id"

    import_id = fields.Many2one("billing.bank.import", ondelete="cascade")
    currency_id = fields.Many2one(related="import_id.currency_id")
    date = fields.Date(readonly=True)
    payer = fields.Char(readonly=True)
    text = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    state = fields.Selection(STATES, readonly=True)
