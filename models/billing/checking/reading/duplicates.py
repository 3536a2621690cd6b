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
        WITH pair AS (
            SELECT own.id AS own_id, other.id AS other_id,
                   own.ref = other.ref AND own.ref != '' AS is_same_ref
              FROM account_move AS own
              JOIN res_partner AS contact
                ON contact.commercial_partner_id = own.commercial_partner_id
              JOIN account_move AS other ON other.partner_id = contact.id
             WHERE own.id = ANY(%(ids)s) AND own.amount_total != 0
               AND other.id != own.id
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
        ), sold AS (
            SELECT DISTINCT line.move_id, sold.id, sold.order_id
              FROM account_move_line AS line
              JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = line.id
              JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
             WHERE line.move_id IN (SELECT own_id FROM pair
                                     UNION SELECT other_id FROM pair)
               AND sold.display_type IS NULL
        ), compared AS (
            SELECT pair.*,
                   (SELECT array_agg(mine.id)
                      FROM sold AS mine JOIN sold AS theirs ON theirs.id = mine.id
                     WHERE mine.move_id = own_id AND theirs.move_id = other_id
                   ) AS line_ids,
                   EXISTS (
                    SELECT FROM sold AS mine
                      JOIN sold AS theirs ON theirs.order_id = mine.order_id
                     WHERE mine.move_id = own_id AND theirs.move_id = other_id
                   ) AS is_same_order
              FROM pair
        )
        SELECT own_id, other_id, line_ids FROM compared
         WHERE line_ids IS NOT NULL OR (is_same_ref AND NOT is_same_order)
      ORDER BY own_id, other_id
        """,
        ids=moves.ids,
        today=today,
        days=DAYS,
    )
