import base64
import binascii
import time
from contextlib import suppress

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...models.banking.extends.account_bank_statement_line import KEY_INDEX
from ...models.banking.importing import BankFile, describe_error
from ...models.shared.dialects import (
    DATE_ORDERS,
    DECIMAL_SEPARATORS,
    ENCODINGS,
    SEPARATORS,
)
from ...models.shared.notifying import notify
from ...models.shared.opening import open_form
from ...models.shared.running import Transaction
from ...tools.banking.columns import GUESSED, Columns, has_enough
from ...tools.banking.errors import BankFileError
from ...tools.banking.looking import look
from ...tools.banking.xml import is_xml
from ...tools.text.dialect import Dialect
from ...tools.text.unreadable import LARGEST_FILE

DIALECT = ("encoding", "separator", "decimal_separator", "date_order")
# A person looks at no more
MOST_SHOWN = 200
# Lines that one commit holds
LINE_BATCH = 100


class BillingBankImport(models.TransientModel):
    """*Import Bank File*: look at what it has, then have it come in."""

    _name = "billing.bank.import"
    _description = "Import Bank File"
    _inherit = ["billing.bank.mixin"]

    file = fields.Binary("Bank's File", attachment=False)
    file_name = fields.Char()
    is_read = fields.Boolean()
    is_table = fields.Boolean()
    problem = fields.Text(readonly=True)
    hint = fields.Text(readonly=True)
    column_ids = fields.One2many("billing.bank.import.column", "import_id", "Columns")
    encoding = fields.Selection(ENCODINGS)
    separator = fields.Selection(SEPARATORS, "Column Separator")
    decimal_separator = fields.Selection(DECIMAL_SEPARATORS)
    date_order = fields.Selection(DATE_ORDERS)
    takes_similar = fields.Boolean(
        "Import Similar Ones, Too",
        help="Lines of the same day and amount were entered otherwise. They are left"
        " out unless this is ticked.",
    )
    line_ids = fields.One2many(
        "billing.bank.import.line", "import_id", "Lines", readonly=True
    )
    new_count = fields.Integer("Come In", readonly=True)
    known_count = fields.Integer("Known Already", readonly=True)
    similar_count = fields.Integer("Similar", readonly=True)
    new_amount = fields.Monetary("Sum of What Comes In", readonly=True)

    def _compute_display_name(self):
        self.display_name = _("Import Bank File")

    @api.onchange("file", "journal_id")
    def _onchange_file(self):
        """What was read is of another file, or another bank's."""
        self.is_read = self.is_table = False
        self.problem = self.hint = False
        self.column_ids = self.line_ids = [Command.clear()]
        self.update(dict.fromkeys(DIALECT, False))

    # Looking

    def action_read(self):
        """Show what the file has, and what of it is known; nothing comes in."""
        self.ensure_one()
        self._check()
        self._show_columns()
        try:
            found = self._read_file()
        except UserError as error:
            self.write({"problem": str(error), **self._prepare_shown([])})
        else:
            self.write(
                {
                    "problem": False,
                    "hint": self._describe(found),
                    **self._prepare_shown(found.rows),
                }
            )
        self.is_read = True
        return {**open_form(self), "target": "new", "name": _("Import Bank File")}

    def _check(self):
        """Check that the user may import lines of this bank, and that there is a file.

        :raise AccessError: they may not
        :raise UserError: there is none, or it is no bank
        """
        self._check_bank()
        if not self.file:
            raise UserError(_("There is no file. Resolution: choose the bank's file."))

    def _read_file(self):
        """Return the `BankFile`.

        :raise UserError: it cannot be read
        """
        content = self._get_content()
        if len(content) > LARGEST_FILE:
            raise UserError(_("The file is too large. Resolution: export fewer days."))
        try:
            columns = GUESSED if is_xml(content) else self._get_columns()
        except BankFileError as error:
            raise UserError(describe_error(self.env, error)) from error
        return BankFile(self.journal_id.sudo(), content, columns)

    def _get_content(self):
        """Return the file as it is; what is no file at all is empty."""
        try:
            return base64.b64decode(self.with_context(bin_size=False).file or b"")
        except binascii.Error:
            return b""

    # Columns of a CSV

    def _get_columns(self):
        """Return the columns as they are chosen, at first those of the last file."""
        if not self.is_read:
            return self._recall()
        chosen = {}
        for column in self.column_ids.filtered("role"):
            chosen.setdefault(column.role, []).append(column.name)
        return Columns(chosen=chosen, dialect=self._get_dialect())

    def _get_dialect(self):
        return Dialect(*(self[name] or None for name in DIALECT))

    def _recall(self):
        """Return what is remembered of the bank's files, if this one is like them."""
        kept = self.env["billing.bank"]._find(self.journal_id).columns or {}
        dialect = Dialect(*(self[name] or kept.get(name) or None for name in DIALECT))
        columns = Columns(chosen=kept.get("chosen") or {}, dialect=dialect)
        with suppress(BankFileError):  # it looks otherwise
            found = look(self._get_content(), columns).found
            if has_enough(found) and columns.chosen.keys() <= found.keys():
                return columns
        return Columns(dialect=self._get_dialect())

    def _remember(self):
        """Keep the columns for the bank's next file."""
        if not self.is_table:
            return
        columns = self._get_columns()
        kept = {
            "chosen": {role: list(names) for role, names in columns.chosen.items()},
            **{name: getattr(columns.dialect, name) for name in DIALECT},
        }
        self.env["billing.bank"]._remember(self.journal_id, kept)

    def _show_columns(self):
        """Show the columns of a CSV, so that they can be corrected."""
        content = self._get_content()
        self.is_table = not is_xml(content)
        if not self.is_table or self.is_read:
            return
        try:
            table = look(content, self._recall())
        except BankFileError:
            return  # reading it tells why
        roles = {
            index: role for role, indexes in table.found.items() for index in indexes
        }
        self.write(
            {
                **{name: getattr(table, name) or False for name in DIALECT},
                "column_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": header,
                                "sample": " · ".join(
                                    filter(None, (row[index] for row in table.samples))
                                ),
                                "role": roles.get(index, False),
                            }
                        )
                        for index, header in enumerate(table.header)
                        if header
                    ),
                ],
            }
        )

    # What is shown

    def _prepare_shown(self, rows):
        taken = [row for row in rows if row.state == "new"]
        states = [row.state for row in rows]
        return {
            "line_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "date": row.line.date,
                            "payer": row.line.name,
                            "text": row.line.text,
                            "amount": float(row.line.amount),
                            "state": row.state,
                        }
                    )
                    for row in rows[:MOST_SHOWN]
                ),
            ],
            "new_count": len(taken),
            "known_count": states.count("known"),
            "similar_count": states.count("similar"),
            "new_amount": float(sum(row.line.amount for row in taken)),
        }

    def _describe(self, found):
        """Return what else is to be known of the file."""
        texts = []
        if len(found.rows) > MOST_SHOWN:
            texts.append(_("The first %s lines are shown.", MOST_SHOWN))
        if locked := [row for row in found.rows if row.state == "locked"]:
            texts.append(
                _(
                    "Lines of a locked period, which are left out: %s."
                    " Resolution: have it opened, if they are missing in Odoo.",
                    len(locked),
                )
            )
        for statement in found.statements:
            if statement.gap:
                texts.append(
                    _(
                        "The lines of %(statement)s do not explain its balances:"
                        " %(gap)s are missing.",
                        statement=statement.number or statement.account,
                        gap=found.currency.format(float(statement.gap)),
                    )
                )
            if statement.skipped:
                rows = ", ".join(map(str, statement.skipped[:10]))
                texts.append(_("Rows that are no movements are left out: %s.", rows))
        if found.others:
            accounts = sorted({each.account for each in found.others})
            texts.append(
                _("Other accounts are left out: %s.", ", ".join(accounts)[:200])
            )
        return "\n".join(texts)

    # Importing

    def action_import(self):
        """Have what is new come in, and look for what it pays.

        It comes in by a hundred lines. What is not done before the request's time is
        over comes in when the same file is imported again.
        """
        self.ensure_one()
        self._check()
        found = self._read_file()
        states = ("new", "similar") if self.takes_similar else ("new",)
        rows = [row for row in found.rows if row.state in states]
        if not rows:
            raise UserError(_("Nothing in this file is new."))
        deadline = self.env["billing.operation"]._get_deadline()
        transaction = Transaction(self.env)
        left = 0
        for batch in split_every(LINE_BATCH, rows, list):
            if time.monotonic() > deadline:
                left += len(batch)
                continue
            transaction.do(self._import_rows, batch, indexes=(KEY_INDEX,))
        transaction.do(self._remember)
        self.env["billing.operation"]._suggest_now(self.journal_id.company_id.sudo())
        return self._open_lines(left)

    def _import_rows(self, rows):
        """Make the lines that nobody else has made meanwhile."""
        lines = self._get_lines().sudo()
        journal = self.journal_id.sudo()
        known = lines.search_fetch(
            [("billing_key", "in", [row.key for row in rows])], ["billing_key"]
        )
        keys = set(known.mapped("billing_key"))
        self._create_lines(
            journal.company_id,
            [
                lines._billing_prepare_vals(journal, row)
                for row in rows
                if row.key not in keys
            ],
        )

    def _open_lines(self, left):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "coopcycle_magento.billing_bank_line_action"
        )
        action["target"] = "main"
        if not left:
            return action
        return notify(
            _(
                "%s lines are left. Resolution: import the same file again; what is"
                " there already does not come in twice.",
                left,
            ),
            "warning",
            title=_("Not all came in"),
            then=action,
        )
