from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import Constraint

# Journals with lines of a bank; newer versions have cards apart
JOURNAL_TYPES = ("bank", "credit")
MODES = [("suggest", "Suggest"), ("apply", "Apply What Is Certain")]
JOURNAL_INDEX = "billing_bank_journal_unique"


class BillingBank(models.Model):
    """What becomes of the lines of a bank's journal, and how its files are read."""

    _name = "billing.bank"
    _description = "Bank"
    _inherit = ["integration.guard.mixin"]
    _rec_name = "journal_id"
    _check_company_auto = True

    journal_id = fields.Many2one(
        "account.journal",
        "Bank",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("type", "in", JOURNAL_TYPES)],
    )
    company_id = fields.Many2one(
        related="journal_id.company_id", store=True, index=True
    )
    match_mode = fields.Selection(
        MODES,
        "Lines",
        required=True,
        default="suggest",
        help="Suggest: people apply. Apply What Is Certain: nobody has to; the rest is"
        " suggested.",
    )
    charges_account_id = fields.Many2one(
        "account.account",
        "Account of Charges",
        check_company=True,
        help="Where what a bank or a payment provider has kept goes. Empty: what is"
        " missing stays open on the invoice.",
    )
    columns = fields.Json(
        "Columns of the Bank's File",
        readonly=True,
        help="As somebody chose them at the last import.",
    )

    _journal_unique = Constraint(
        "unique(journal_id)", "This bank has its settings already."
    )

    @api.constrains("journal_id")
    def _check_journal(self):
        for bank in self:
            if bank.journal_id.type not in JOURNAL_TYPES:
                raise ValidationError(_("%s is no bank.", bank.journal_id.name))

    @api.model
    def _find(self, journal):
        """Return what is set for a journal, elevated; none if nothing is."""
        return self.sudo().search([("journal_id", "=", journal.id)])

    @api.model
    def _remember(self, journal, columns):
        """Keep the columns of a journal's files for the next one."""
        found = self._find(journal)
        if found:
            found.columns = columns
        else:
            vals = {"match_mode": "suggest", "charges_account_id": False}
            self.sudo().create({"journal_id": journal.id, "columns": columns, **vals})
