from odoo.tools import SQL

DAYS = 7


def read_duplicates(moves, today):
    """Return the invoices that look like others, with what they have in common.

    They have the same customer, currency and total within some days; and either the
    same reference, or the same order lines. What a credit note undid is no duplicate.

    :param moves: `account.move`
    :param today: the day of those that have none
    :return: {id of a move: [(id of the other, ids of the order lines in common)]}
    """
    moves.env.flush_all()
    moves.env.cr.execute(_query(moves, today))
    found = {}
    for move_id, other_id, line_ids in moves.env.cr.fetchall():
        found.setdefault(move_id, []).append((other_id, line_ids or []))
    return found


def _query(moves, today):
    return SQL(
        """
        WITH billed AS (
            SELECT DISTINCT line.move_id, sold.id, sold.order_id
              FROM account_move_line AS line
              JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = line.id
              JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
             WHERE line.move_id = ANY(%(ids)s) AND sold.display_type IS NULL
        ), alike AS (
            SELECT billed.move_id AS own_id, line.move_id AS other_id,
                   billed.id AS sold_id
              FROM billed
              JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = billed.id
              JOIN account_move_line AS line ON line.id = rel.invoice_line_id
             WHERE line.move_id != billed.move_id
            UNION ALL
            SELECT own.id, other.id, NULL
              FROM account_move AS own
              JOIN res_partner AS contact
                ON contact.commercial_partner_id = own.commercial_partner_id
              JOIN account_move AS other
                ON other.partner_id = contact.id AND other.ref = own.ref
             WHERE own.id = ANY(%(ids)s) AND own.ref != '' AND other.id != own.id
               AND NOT EXISTS (
                   SELECT FROM billed
                     JOIN sale_order_line AS sold ON sold.order_id = billed.order_id
                     JOIN sale_order_line_invoice_rel AS rel
                       ON rel.order_line_id = sold.id
                     JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                    WHERE billed.move_id = own.id AND line.move_id = other.id
                      AND sold.display_type IS NULL
                   )
        )
        SELECT own_id, other_id,
               array_agg(DISTINCT sold_id) FILTER (WHERE sold_id IS NOT NULL)
          FROM alike
          JOIN account_move AS own ON own.id = own_id
    CROSS JOIN LATERAL (
               SELECT FROM account_move AS other
                 JOIN res_partner AS contact ON contact.id = other.partner_id
                WHERE other.id = other_id
                  AND contact.commercial_partner_id = own.commercial_partner_id
                  AND other.company_id = own.company_id
                  AND other.move_type = own.move_type
                  AND other.currency_id = own.currency_id
                  AND other.amount_total = own.amount_total
                  AND other.state != 'cancel'
                  AND ABS(
                      COALESCE(other.invoice_date, other.date, %(today)s)
                      - COALESCE(own.invoice_date, %(today)s)
                      ) <= %(days)s
                  AND NOT EXISTS (
                      SELECT FROM account_move AS credit
                       WHERE credit.reversed_entry_id = other.id
                         AND credit.state != 'cancel'
                         AND credit.amount_total >= other.amount_total
                      )
               -- Else PostgreSQL compares each with all of its company first
               OFFSET 0
               ) AS other
         WHERE own.amount_total != 0
      GROUP BY own_id, other_id
      ORDER BY own_id, other_id
        """,
        ids=moves.ids,
        today=today,
        days=DAYS,
    )
