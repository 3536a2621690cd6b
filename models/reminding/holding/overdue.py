"""What is overdue, and what is in the customers' favour, read for many at once."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL

from ....compat import get_unbooked_payments


@dataclass
class Item:
    """One overdue invoice.

    :param partner_id: the commercial partner's id
    :param contact_id: whom the invoice is addressed to
    :param due: since when the oldest part of it is due
    :param amount: what of it is overdue, in its currency
    :param level: the highest level at which it was reminded of, 0 for none
    :param reminded_on: when that was, None for never
    :param cancelled_on: when a person last wanted none, None for never
    """

    move_id: int
    partner_id: int
    contact_id: int
    currency_id: int
    due: date
    amount: float
    level: int
    reminded_on: date | None
    cancelled_on: date | None

    @property
    def key(self):
        return self.partner_id, self.currency_id


def read_overdue(company, today, partner_ids=None):
    """Return the `Item` of each overdue invoice, the oldest first.

    :param partner_ids: of commercial partners, None for all
    """
    about = SQL("TRUE")
    if partner_ids is not None:
        # By number, or the database reads all lines where it has no statistics
        moves = company.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("commercial_partner_id", "in", list(partner_ids)),
            ]
        )
        about = SQL("line.move_id = ANY(%s)", moves.ids)
    company.env.flush_all()
    company.env.cr.execute(
        SQL(
            """
            WITH due AS (
                SELECT line.move_id, MIN(line.date_maturity) AS since,
                       SUM(line.amount_residual_currency) AS amount
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0 AND line.date_maturity < %(today)s
                   AND %(about)s
              GROUP BY line.move_id
            ), reminded AS (
                SELECT line.move_id,
                       MAX(reminder.date) FILTER (WHERE line.is_live) AS reminded_on,
                       MAX(reminder.date) FILTER (WHERE reminder.state = 'cancelled')
                         AS cancelled_on,
                       MAX(line.level) FILTER (WHERE line.is_live) AS level
                  FROM billing_reminder_line AS line
                  JOIN billing_reminder AS reminder ON reminder.id = line.reminder_id
                 WHERE line.level > 0 AND line.company_id = %(company)s
                   AND (line.is_live OR (reminder.state = 'cancelled'
                        AND reminder.cancelled_user_id IS NOT NULL))
                   AND %(about)s
              GROUP BY line.move_id
            )
            SELECT move.id, move.commercial_partner_id, move.partner_id,
                   move.currency_id, due.since, due.amount::float,
                   COALESCE(reminded.level, 0), reminded.reminded_on,
                   reminded.cancelled_on
              FROM due
              JOIN account_move AS move ON move.id = due.move_id
         LEFT JOIN reminded ON reminded.move_id = due.move_id
             WHERE move.move_type = 'out_invoice'
               AND move.commercial_partner_id IS NOT NULL
          ORDER BY due.since, move.id
            """,
            company=company.id,
            today=today,
            about=about,
        )
    )
    return [Item(*row) for row in company.env.cr.fetchall()]


def _query_owners(partner_ids):
    """Return the SQL of whose money is in whose favour: `id` and `owner_id`.

    That of a contact is in the firm's; that of a person whom a firm took in later is
    also in favour of what the person owed before.
    """
    return SQL(
        """
        SELECT id, commercial_partner_id AS owner_id FROM res_partner
         WHERE commercial_partner_id = ANY(%(ids)s)
         UNION
        SELECT id, id FROM UNNEST(%(ids)s::int[]) AS own (id)
        """,
        ids=list(partner_ids),
    )


def read_credits(company, partner_ids):
    """Return what is in the favour of customers: also what is paid and not yet booked.

    Money of a branch is booked in its company, or in those above it; credit notes of
    those above are theirs alone.

    :param partner_ids: of commercial partners
    :return: {(commercial partner's id, currency's id): {account.move's id: amount}};
        without a move, what is in no entry of receivables yet
    """
    company.env.cr.execute(
        SQL(
            """
            SELECT owner.owner_id, line.currency_id, line.move_id,
                   -SUM(line.amount_residual_currency)::float
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
              JOIN account_account AS account ON account.id = line.account_id
              JOIN (%(owners)s) AS owner ON owner.id = line.partner_id
             WHERE line.company_id = ANY(%(companies)s)
               AND line.parent_state = 'posted' AND line.amount_residual < 0
               AND account.account_type = 'asset_receivable'
               AND line.reconciled IS NOT TRUE
               AND (line.company_id = %(company)s OR move.move_type <> 'out_refund')
               AND owner.owner_id IN (line.partner_id, COALESCE(
                   move.commercial_partner_id, owner.owner_id))
          GROUP BY owner.owner_id, line.currency_id, line.move_id
            """,
            company=company.id,
            companies=company.parent_ids.ids,
            owners=_query_owners(partner_ids),
        )
    )
    found = defaultdict(dict)
    for partner_id, currency_id, move_id, amount in company.env.cr.fetchall():
        found[partner_id, currency_id][move_id] = amount
    unbooked = Counter(get_unbooked_payments(company, partner_ids))
    unbooked.update(_read_bank_money(company, partner_ids))
    for key, amount in unbooked.items():
        found[key][None] = amount
    return found


def _read_bank_money(company, partner_ids):
    """Return what the bank's lines say that customers paid, and nobody has matched.

    Payments that wait for the same bank's lines are taken for that money.

    :return: {(commercial partner's id, currency's id): amount}
    """
    company.env.cr.execute(
        SQL(
            """
            WITH money AS (
                SELECT owner.owner_id AS partner_id, line.currency_id,
                       -SUM(CASE WHEN account.reconcile
                                 THEN line.amount_residual_currency
                                 ELSE line.amount_currency END) AS amount
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                  JOIN account_journal AS journal ON journal.id = line.journal_id
                  JOIN (%(owners)s) AS owner ON owner.id = line.partner_id
                 WHERE line.company_id = ANY(%(companies)s)
                   AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                   AND journal.type IN ('bank', 'cash')
                   AND CASE WHEN line.statement_line_id IS NOT NULL
                            THEN line.account_id = journal.suspense_account_id
                             AND line.balance < 0
                            ELSE account.account_type = 'asset_current'
                             AND account.reconcile AND line.balance > 0 END
              GROUP BY owner.owner_id, line.currency_id, journal.id
            )
            SELECT partner_id, currency_id, SUM(amount)::float FROM money
             WHERE amount > 0 GROUP BY partner_id, currency_id
            """,
            companies=company.parent_ids.ids,
            owners=_query_owners(partner_ids),
        )
    )
    rows = company.env.cr.fetchall()
    return {(partner_id, currency_id): sum_ for partner_id, currency_id, sum_ in rows}
