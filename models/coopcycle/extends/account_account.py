from odoo import api, models

from ....compat import allows_account

# Odoo refuses these on the lines of a customer invoice
UNUSABLE_TYPES = ("asset_receivable", "liability_payable", "off_balance")


class AccountAccount(models.Model):
    """Which account a code of CoopCycle's export is."""

    _inherit = "account.account"

    @api.model
    def _coopcycle_match(self, connection, codes):
        """Find the accounts of codes, besides what users assigned to them.

        :param connection: the `coopcycle.connection` of the file
        :param set codes: all account codes of the file
        :return: {code: account.account}, without codes that are not known
        """
        # One that is archived is told from one that is missing
        accounts = self.with_context(active_test=False).search(
            [
                *self._check_company_domain(connection.company_id),
                ("code", "in", list(codes)),
            ]
        )
        return {account.code: account for account in accounts}

    def _coopcycle_is_usable(self, connection, journal):
        """Say whether Odoo takes the account on an invoice line of the journal."""
        self.ensure_one()
        currency = self.currency_id
        return (
            self.account_type not in UNUSABLE_TYPES
            and (not currency or currency == connection.company_id.currency_id)
            and allows_account(journal, self)
        )
