"""How customers paid so far, read for many at once."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo.tools import SQL

# From here on it is no oversight
LONG = timedelta(days=30)


@dataclass
class History:
    """How one customer paid the invoices of one company.

    :param posted: invoices that were posted
    :param paid: those of them that are paid; what was credited or written off is not
    :param average_delay: days between the due date and the last payment, of paid ones;
        of one in instalments, those of the worst
    :param overdue: how many are overdue
    :param long_overdue: how many are for more than `LONG` days
    :param open_amount: what is not paid, in the company's currency
    :param credit: open credit notes and payments that no invoice has, as a positive
        amount in the company's currency
    :param late: how many of the paid ones were paid after they were due
    :param oldest: when the oldest that is not paid was due, None if all are
    """

    posted: int = 0
    paid: int = 0
    average_delay: float = 0.0
    overdue: int = 0
    long_overdue: int = 0
    open_amount: float = 0.0
    credit: float = 0.0
    late: int = 0
    oldest: date | None = None

    @property
    def is_new(self):
        """Say whether nothing is known of how the customer pays."""
        return not self.paid


class Histories:
    """The histories of customers in a company, read once.

    :param company: `res.company`
    :param partners: `res.partner` of any kind; a contact has its company's history
    :param today: the day in the company's time zone
    """

    def __init__(self, company, partners, today):
        self.env = company.env
        self.company = company
        self.today = today
        ids = partners.commercial_partner_id.ids
        self._by_id = self._read(ids) if ids else {}

    def get(self, partner):
        """Return the `History` of a partner."""
        return self._by_id.get(partner.commercial_partner_id.id) or History()

    def _read(self, ids):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env.cr.execute(query_histories(self.company, self.today, ids))
        return {row[0]: History(*row[1:]) for row in self.env.cr.fetchall()}


def query_histories(company, today, ids=None):
    """Return the SQL of the histories of customers: one row each, as `History` has it.

    :param company: `res.company`
    :param today: the day in the company's time zone
    :param ids: of the commercial `res.partner` records, None for all of them
    """
    those = SQL("TRUE")
    if ids is not None:
        those = SQL("move.commercial_partner_id = ANY(%s)", ids)
    return SQL(
        """
        WITH item AS (
            SELECT move.commercial_partner_id AS partner_id, move.id AS move_id,
                   move.move_type, line.amount_residual,
                   line.date_maturity AS due,
                   paying.paid_on, paying.is_settled
              FROM account_move AS move
              JOIN account_move_line AS line ON line.move_id = move.id
              JOIN account_account AS account ON account.id = line.account_id
        CROSS JOIN LATERAL (
                    SELECT MAX(partial.max_date)
                             FILTER (WHERE journal.type IN ('bank', 'cash')) AS paid_on,
                           COUNT(*) > 0 AS is_settled
                      FROM account_partial_reconcile AS partial
                      JOIN account_move_line AS credit
                        ON credit.id = partial.credit_move_id
                      JOIN account_journal AS journal ON journal.id = credit.journal_id
                     WHERE partial.debit_move_id = line.id
                   ) AS paying
             WHERE move.company_id = %(company)s AND move.state = 'posted'
               AND account.account_type = 'asset_receivable' AND %(those)s
        ), invoice AS (
            SELECT partner_id, move_id, SUM(amount_residual) AS rest,
                   MIN(due) FILTER (WHERE amount_residual > 0) AS due,
                   MAX(paid_on - due) AS delay,
                   SUM(amount_residual) = 0 AND (
                       MAX(paid_on) IS NOT NULL OR NOT BOOL_OR(is_settled)
                   ) AS is_paid
              FROM item WHERE move_type = 'out_invoice'
          GROUP BY partner_id, move_id
        ), debt AS (
            SELECT partner_id, COUNT(*) AS posted,
                   COUNT(*) FILTER (WHERE is_paid) AS paid,
                   COALESCE(AVG(delay) FILTER (WHERE rest = 0), 0) AS delay,
                   COUNT(*) FILTER (WHERE rest > 0 AND due < %(today)s) AS overdue,
                   COUNT(*) FILTER (WHERE rest > 0 AND due < %(long_ago)s)
                     AS long_overdue,
                   COALESCE(SUM(rest), 0) AS open,
                   COUNT(*) FILTER (WHERE rest = 0 AND delay > 0) AS late,
                   MIN(due) FILTER (WHERE rest > 0) AS oldest
              FROM invoice GROUP BY partner_id
        ), credit AS (
            SELECT partner_id, -SUM(amount_residual) AS amount
              FROM item WHERE amount_residual < 0 GROUP BY partner_id
        )
        SELECT COALESCE(debt.partner_id, credit.partner_id) AS partner_id,
               COALESCE(posted, 0) AS posted, COALESCE(paid, 0) AS paid,
               COALESCE(delay, 0)::float AS delay, COALESCE(overdue, 0) AS overdue,
               COALESCE(long_overdue, 0) AS long_overdue,
               COALESCE(open, 0)::float AS open,
               COALESCE(credit.amount, 0)::float AS credit,
               COALESCE(late, 0) AS late, oldest
          FROM debt FULL JOIN credit ON credit.partner_id = debt.partner_id
        """,
        company=company.id,
        those=those,
        today=today,
        long_ago=today - LONG,
    )
