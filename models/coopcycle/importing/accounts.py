from ....compat import is_archived
from .matcher import Matcher


class AccountMatcher(Matcher):
    """Finds the account of each code in the company, and the one of an empty code."""

    kind = "account"

    def __init__(self, connection, journal, choices, findings):
        """Prepare to match.

        :param journal: the `account.journal` of the invoices
        """
        super().__init__(connection, choices, findings)
        self.journal = journal

    def match(self, rows_by_account):
        """Find the accounts, and say which are missing or cannot be used.

        :param rows_by_account: {(code in the file, product id or None): row numbers}
        :return: {(code, product id): account id, False where Odoo shall take the
            product's own, or None where it is not known}
        """
        codes = {code for code, _product_id in rows_by_account if code}
        by_code = self._load_codes(codes)
        return {
            (code, product_id): (
                self._match_code(code, rows, by_code)
                if code
                else self._default_account(product_id, rows)
            )
            for (code, product_id), rows in rows_by_account.items()
        }

    def _load_codes(self, codes):
        """Return {code: account}; what was assigned before goes before the code."""
        if not codes:
            return {}
        account = self.env["account.account"]
        remembered = {
            key: account.browse(account_id)
            for (kind, key), account_id in self.choices.remembered.items()
            if kind == "account"
        }
        return {**account._coopcycle_match(self.connection, codes), **remembered}

    def _match_code(self, code, rows, by_code):
        if chosen := self.choices.picked.get(("account", code)):
            account = self.env["account.account"].browse(chosen)
            self._add("value_chosen", rows, code, chosen=chosen)
        else:
            account = by_code.get(code)
        if not account:
            self._add("account_missing", rows, code)
        elif is_archived(account):
            self._add("account_deprecated", rows, code)
        elif not account._coopcycle_is_usable(self.connection, self.journal):
            self._add("account_unusable", rows, code, journal=self.journal.display_name)
        else:
            return account.id
        return None

    def _default_account(self, product_id, rows):
        """Return the account for an empty code, and say which it is.

        :return: False where Odoo shall take the one of the product or its category,
            because it maps that one by the fiscal position; the journal's id; or None
        """
        product = self.env["product.product"].browse(product_id or ())
        own = product._coopcycle_get_income_account(self.connection)
        account = own or self.journal.default_account_id
        if (
            not account
            or is_archived(account)
            or not account._coopcycle_is_usable(self.connection, self.journal)
        ):
            self._add("account_missing", rows, "", reason="empty")
            return None
        self._add("account_empty", rows, "", account=f"{account.code} {account.name}")
        return False if own else account.id
