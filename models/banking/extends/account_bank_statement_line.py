from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ....compat import among, is_of_many
from ...billing.groups import READERS
from ..billing_bank import JOURNAL_TYPES

KEY_INDEX = "account_bank_statement_line_billing_key_unique"
STATES = [
    ("certain", "Certain"),
    ("likely", "Likely"),
    ("weak", "Weak"),
    ("none", "Nothing Found"),
    ("applied", "Applied"),
    ("matched", "Matched Elsewhere"),
]
# What may still be paid with
OPEN = ("certain", "likely", "weak", "none")


class AccountBankStatementLine(models.Model):
    """What a bank line may pay, as it is shown in lists."""

    _inherit = "account.bank.statement.line"

    billing_key = fields.Char(
        "Key of the Import",
        readonly=True,
        copy=False,
        groups=READERS,
        help="By which the same line of another file is recognised.",
    )
    billing_was_undone = fields.Boolean(
        "Undone",
        readonly=True,
        copy=False,
        groups=READERS,
        help="Somebody took back what it paid: nothing applies itself to it any more.",
    )
    billing_match_ids = fields.One2many(
        "billing.match",
        "statement_line_id",
        "Suggestions",
        readonly=True,
        groups=READERS,
    )
    billing_match_id = fields.Many2one(
        "billing.match",
        "Match",
        compute="_compute_billing_match_id",
        compute_sudo=True,
        groups=READERS,
    )
    billing_match_state = fields.Selection(
        STATES,
        "Confidence",
        compute="_compute_billing_match_id",
        compute_sudo=True,
        search="_search_billing_match_state",
        groups=READERS,
    )
    billing_suggestion = fields.Text(
        "Suggestion",
        compute="_compute_billing_shown",
        compute_sudo=True,
        groups=READERS,
    )
    billing_why = fields.Text(
        "Why This", compute="_compute_billing_shown", compute_sudo=True, groups=READERS
    )
    billing_difference = fields.Monetary(
        "Difference",
        compute="_compute_billing_shown",
        compute_sudo=True,
        currency_field="billing_currency_id",
        groups=READERS,
        help="Above zero what is paid too much, below what is missing.",
    )
    billing_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_billing_shown",
        compute_sudo=True,
        groups=READERS,
    )
    billing_is_ours = fields.Boolean(
        "Applied Here",
        compute="_compute_billing_is_ours",
        compute_sudo=True,
        groups=READERS,
        help="It can be undone here; so can what pays a part of it.",
    )
    billing_payer = fields.Char(
        "Payer", compute="_compute_billing_payer", compute_sudo=True, groups=READERS
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE UNIQUE INDEX IF NOT EXISTS %s
                    ON account_bank_statement_line (billing_key)
                """,
                SQL.identifier(KEY_INDEX),
            )
        )
        return res

    @api.depends("is_reconciled", "billing_match_ids.state")
    def _compute_billing_match_id(self):
        found = self._billing_find_matches()
        matches = self.env["billing.match"]
        for line in self:
            match = matches.browse(found.get(line.id))
            line.billing_match_id = match
            if line.is_reconciled:
                is_ours = match.state == "applied"
                line.billing_match_state = "applied" if is_ours else "matched"
            else:
                is_open = match.state == "suggested"
                line.billing_match_state = match.confidence if is_open else "none"

    def _billing_find_matches(self):
        """Return {line's id: its match's id}: what it pays, or best may pay."""
        self.env["billing.match"].flush_model()
        self.env["account.move.line"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (match.statement_line_id)
                       match.statement_line_id, match.id
                  FROM (%s) AS match
                 WHERE match.statement_line_id = ANY(%s)
              ORDER BY match.statement_line_id, match.rank, match.id
                """,
                self._billing_query_shown(),
                self.ids,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _billing_query_shown(self):
        """Return the SQL of matches that count: of what is open still, or applied."""
        return SQL(
            """
            SELECT match.id, match.statement_line_id, match.rank, match.confidence,
                   match.state
              FROM billing_match AS match
              JOIN account_bank_statement_line AS line
                ON line.id = match.statement_line_id
             WHERE match.state = 'applied' AND line.is_reconciled
                OR match.state = 'suggested' AND line.is_reconciled IS NOT TRUE
               AND NOT EXISTS (
                       SELECT FROM billing_match_part AS part
                         JOIN account_move_line AS item ON item.id = part.item_id
                        WHERE part.match_id = match.id
                          AND (item.reconciled OR item.parent_state != 'posted')
                   )
            """
        )

    @api.model
    def _search_billing_match_state(self, operator, value):
        if is_of_many(operator):
            return NotImplemented
        wanted = value if isinstance(value, (list, tuple, set)) else [value]
        states = [code for code, _label in STATES if code in list(wanted)]
        self.env["billing.match"].flush_model()
        self.flush_model()
        query = SQL(
            """
            SELECT id FROM (
                SELECT DISTINCT ON (line.id) line.id,
                       CASE WHEN match.state = 'applied' THEN 'applied'
                            WHEN line.is_reconciled THEN 'matched'
                            ELSE COALESCE(match.confidence, 'none') END AS state
                  FROM account_bank_statement_line AS line
             LEFT JOIN (%s) AS match ON match.statement_line_id = line.id
              ORDER BY line.id, match.rank, match.id
            ) AS shown WHERE state = ANY(%s)
            """,
            self._billing_query_shown(),
            states,
        )
        return among(query, operator not in ("!=", "not in"))

    @api.depends("billing_match_id")
    def _compute_billing_shown(self):
        for line in self:
            match = line.billing_match_id
            line.billing_suggestion = match.name
            line.billing_why = " ".join((match.why or "").splitlines())
            line.billing_difference = match.difference
            line.billing_currency_id = match.currency_id or line.currency_id

    @api.depends("billing_match_ids.state")
    def _compute_billing_is_ours(self):
        for line in self:
            line.billing_is_ours = "applied" in line.billing_match_ids.mapped("state")

    @api.depends("partner_id", "partner_name", "account_number")
    def _compute_billing_payer(self):
        for line in self:
            name = line.partner_name or line.partner_id.name
            line.billing_payer = name or line.account_number

    @api.model
    def _billing_get_journals(self):
        """Return the bank journals that the user may see, of the chosen companies."""
        return self.env["account.journal"].search(
            [
                ("type", "in", JOURNAL_TYPES),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    def _billing_get_label(self):
        """Return what a line is called in messages: its day, amount and payer."""
        self.ensure_one()
        words = (
            format_date(self.env, self.date),
            self.currency_id.format(self.amount),
            self.sudo().billing_payer or self.payment_ref or "",
        )
        return " ".join(filter(None, words))
