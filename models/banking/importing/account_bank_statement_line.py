from odoo import api, models

from ....tools.text.cleaning import clean_text

LONGEST_TEXT = 2_000
LONGEST_NAME = 140


class AccountBankStatementLine(models.Model):
    """Lines that come in by a file."""

    _inherit = "account.bank.statement.line"

    @api.model
    def _billing_prepare_vals(self, journal, row):
        """Return the values of a bank line of a file.

        :param journal: elevated
        :param row: `Row` of `statements.py`
        """
        line = row.line
        reference = line.reference if line.reference not in line.text else ""
        text = " ".join(filter(None, (line.text, reference))) or line.name
        return {
            "journal_id": journal.id,
            "date": line.date,
            "amount": float(line.amount),
            "payment_ref": clean_text(text)[:LONGEST_TEXT] or "/",
            "partner_name": clean_text(line.name)[:LONGEST_NAME] or False,
            "account_number": clean_text(line.iban)[:LONGEST_NAME] or False,
            "billing_key": row.key,
        }
