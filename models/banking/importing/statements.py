"""A bank's file, as it stands to a journal: what comes in, what is known already."""

from dataclasses import dataclass

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import SQL

from ....compat import is_locked
from ....tools.banking.errors import BankFileError
from ....tools.banking.reader import read
from ....tools.matching.customers import iban_key
from .words import describe_error

# More than any bank writes; a request reads no more in its time
MOST_LINES = 20_000
_SHORTEST_NUMBER = 6


@dataclass(frozen=True)
class Row:
    """A line of the file.

    :param line: `BankLine`
    :param key: by which the database knows it
    :param state: "new"; "known": it came in before; "locked": its day is, and Odoo
        would give it another one; "similar": another line has the same day and amount
    """

    line: object
    key: str
    state: str


class BankFile:
    """What a file has for a journal.

    :param journal: `account.journal`, elevated
    :param content: of the file
    :param columns: `Columns`, of a CSV
    :raise UserError: it cannot be read, or is another account's
    """

    def __init__(self, journal, content, columns):
        self.env = journal.env
        self.journal = journal
        self.currency = journal.currency_id or journal.company_id.currency_id
        try:
            statements = read(content, columns)
        except BankFileError as error:
            raise UserError(describe_error(self.env, error)) from error
        if sum(len(each.lines) for each in statements) > MOST_LINES:
            raise UserError(
                _("The file has too many lines. Resolution: export fewer days.")
            )
        self.statements = self._pick(statements)
        self.others = [each for each in statements if each not in self.statements]
        self.rows = self._compare()

    def _pick(self, statements):
        """Return the statements of the journal's account.

        :raise UserError: there are none, or nobody can tell
        """
        own = self.journal.bank_account_id.sanitized_acc_number
        accounts = {each.account for each in statements if each.account}
        found = [each for each in statements if not each.account]
        if own:
            found += [each for each in statements if _is_same(each.account, own)]
        else:
            self._check_no_other(accounts)
            found = statements
        if not found:
            raise UserError(
                _(
                    "The file is of the account %(account)s, and the journal"
                    " %(journal)s has %(own)s. Resolution: choose the journal of that"
                    " account.",
                    account=", ".join(sorted(accounts))[:100],
                    journal=self.journal.name,
                    own=own,
                )
            )
        for statement in found:
            self._check_currency(statement)
            self._check_cents(statement)
        return found

    def _check_no_other(self, accounts):
        """Check that the file may be of a journal without an account's number."""
        if len(accounts) > 1:
            raise UserError(
                _(
                    "The file has several accounts: %(accounts)s. Resolution: enter"
                    " the account's number on the journal %(journal)s.",
                    accounts=", ".join(sorted(accounts))[:200],
                    journal=self.journal.name,
                )
            )
        others = self.env["account.journal"].search(
            [
                ("id", "!=", self.journal.id),
                ("bank_account_id", "!=", False),
            ]
        )
        for account in accounts:
            for other in others:
                if _is_same(account, other.bank_account_id.sanitized_acc_number):
                    raise UserError(
                        _(
                            "The account %s is another journal's. Resolution: choose"
                            " the journal of that account.",
                            account[:50],
                        )
                    )

    def _check_currency(self, statement):
        named = {statement.currency, *(line.currency for line in statement.lines)}
        wrong = sorted(named - {"", self.currency.name})
        if wrong:
            raise UserError(
                _(
                    "The file is in %(theirs)s, and the journal %(journal)s in"
                    " %(ours)s. Resolution: choose the journal of that account.",
                    theirs=wrong[0][:10],
                    journal=self.journal.name,
                    ours=self.currency.name,
                )
            )

    def _check_cents(self, statement):
        """Check that no amount is finer than what can be booked."""
        places = self.currency.decimal_places
        for line in statement.lines:
            if line.amount != round(line.amount, places):
                raise UserError(
                    _(
                        "%(amount)s has more decimals than %(currency)s has."
                        " Resolution: export the file again.",
                        amount=line.amount.normalize(),
                        currency=self.currency.name,
                    )
                )

    def _compare(self):
        """Return a `Row` for each line: whether it came in before."""
        lines = [line for each in self.statements for line in each.lines]
        lines = [line for line in lines if line.amount]
        keys = [f"{self.journal.id}:{line.identity}" for line in lines]
        known = self._find_known(keys)
        others = self._count_others(lines, keys)
        locked = self._find_locked({line.date for line in lines})
        rows = {}
        for key, line in zip(keys, lines, strict=True):
            state = "new"
            if key in known:
                state = "known"
            elif line.date in locked:
                state = "locked"
            elif others.get(day := self._get_day_and_amount(line)):
                others[day] -= 1
                state = "similar"
            rows.setdefault(key, Row(line, key, state))
        return list(rows.values())

    def _find_known(self, keys):
        self.env.cr.execute(
            SQL(
                """
                SELECT billing_key FROM account_bank_statement_line
                 WHERE billing_key = ANY(%s)
                """,
                keys,
            )
        )
        return {key for (key,) in self.env.cr.fetchall()}

    def _find_locked(self, days):
        """Return which days nobody books anything on any more."""
        company = self.journal.company_id
        return {day for day in days if is_locked(company, day, False, self.journal)}

    def _count_others(self, lines, keys):
        """Return {(day, amount): how many lines that the file does not know}.

        Somebody entered them, or they came in by a file of another kind.
        """
        if not lines:
            return {}
        days = [line.date for line in lines]
        self.env["account.bank.statement.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT move.date, line.amount, COUNT(*)
                  FROM account_bank_statement_line AS line
                  JOIN account_move AS move ON move.id = line.move_id
                 WHERE move.journal_id = %s AND move.date BETWEEN %s AND %s
                   AND (line.billing_key IS NULL OR NOT line.billing_key = ANY(%s))
              GROUP BY move.date, line.amount
                """,
                self.journal.id,
                min(days),
                max(days),
                keys,
            )
        )
        return {
            (day, self.currency.round(float(amount))): count
            for day, amount, count in self.env.cr.fetchall()
        }

    def _get_day_and_amount(self, line):
        return line.date, self.currency.round(float(line.amount))


def _is_same(one, other):
    """Say whether two numbers are one account's: banks leave its country out."""
    one, other = sorted(map(iban_key, (one, other or "")), key=len)
    return one == other or (len(one) >= _SHORTEST_NUMBER and other.endswith(one))
