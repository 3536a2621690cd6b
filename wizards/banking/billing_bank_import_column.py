from odoo import fields, models

ROLES = [
    ("date", "Day"),
    ("value_date", "Value Date"),
    ("amount", "Amount"),
    ("debit", "Money That Went"),
    ("credit", "Money That Came"),
    ("direction", "Whether It Came or Went"),
    ("currency", "Currency"),
    ("text", "Text"),
    ("name", "Payer"),
    ("iban", "Payer's Account"),
    ("bank_reference", "The Bank's Reference"),
    ("account", "Own Account"),
]


class BillingBankImportColumn(models.TransientModel):
    """A column of a bank's CSV, and what is in it."""

    _name = "billing.bank.import.column"
    _description = "Column of a Bank's File"
    _order = "id"

    import_id = fields.Many2one("billing.bank.import", ondelete="cascade")
    name = fields.Char("Column", readonly=True)
    sample = fields.Char("For Example", readonly=True)
    role = fields.Selection(ROLES, "Read As")
