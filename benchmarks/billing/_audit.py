"""What was billed, compared with what customers have, by SQL of its own."""

from odoo.tools import SQL

DELIVERED = """
    SELECT move.sale_line_id AS id, SUM(
               CASE WHEN target.usage = 'customer' THEN move.quantity
                    ELSE -move.quantity END
           ) AS quantity
      FROM stock_move AS move
      JOIN stock_location AS target ON target.id = move.location_dest_id
      JOIN stock_location AS origin ON origin.id = move.location_id
     WHERE move.state = 'done' AND 'customer' IN (target.usage, origin.usage)
  GROUP BY move.sale_line_id
"""
BILLED = """
    SELECT rel.order_line_id AS id, SUM(
               CASE WHEN line.quantity IS NULL THEN 0
                    WHEN entry.move_type = 'out_refund' THEN -line.quantity
                    ELSE line.quantity END
           ) AS quantity
      FROM sale_order_line_invoice_rel AS rel
      JOIN account_move_line AS line ON line.id = rel.invoice_line_id
      JOIN account_move AS entry ON entry.id = line.move_id
     WHERE entry.state != 'cancel'
  GROUP BY rel.order_line_id
"""
# Goods that are claimed twice
CLAIMED_TWICE = """
    SELECT stock_move_id FROM billing_decision_line
     WHERE is_live AND stock_move_id IS NOT NULL
  GROUP BY stock_move_id HAVING COUNT(*) > 1
"""
# Invoice lines that do not have what their claims say
MISSTATED = """
    SELECT line.id
      FROM account_move_line AS line
      JOIN account_move AS entry ON entry.id = line.move_id
      JOIN billing_decision_line AS claim ON claim.invoice_line_id = line.id
     WHERE claim.is_live
  GROUP BY line.id, line.quantity, entry.move_type
    HAVING ABS(line.quantity - ABS(SUM(claim.quantity))) > 0.000001
"""
# Decisions that say something else than their invoices
MISJUDGED = """
    SELECT decision.id
      FROM billing_decision AS decision
 LEFT JOIN account_move AS entry ON entry.id = decision.move_id
     WHERE (decision.state = 'posted') != COALESCE(entry.state = 'posted', FALSE)
"""
LEFT_OVER = """
    SELECT id, state, error_code, last_error
      FROM billing_decision WHERE state IN ('pending', 'approved', 'held')
"""


def compare(env, orders, more):
    """Compare what was billed with what customers have.

    :param orders: `sale.order`
    :param more: {id of a sold line: what is billed beyond that}
    :return: {"documents", "duplicates", "lost", "disagreements"}
    """
    env.flush_all()
    lines = orders.order_line
    delivered, billed = dict(_fetch(env, DELIVERED)), dict(_fetch(env, BILLED))
    differences = {
        line: float(billed.get(line.id) or 0)
        - float(delivered.get(line.id) or 0)
        - more.get(line.id, 0)
        for line in lines
    }
    for line, difference in differences.items():
        if difference:
            story = line.order_id.client_order_ref
            print(f"{line.order_id.name} ({story}): {difference:+g}")
    found = {
        name: _fetch(env, query)
        for name, query in {
            "claimed twice": CLAIMED_TWICE,
            "misstated": MISSTATED,
            "misjudged": MISJUDGED,
            "left over": LEFT_OVER,
        }.items()
    }
    print(found)
    over = sum(difference > 0 for difference in differences.values())
    under = sum(difference < 0 for difference in differences.values())
    return {
        "documents": len(orders.invoice_ids),
        "duplicates": over + len(found["claimed twice"]),
        "lost": under + len(found["left over"]),
        "disagreements": len(found["misstated"]) + len(found["misjudged"]),
    }


def _fetch(env, query):
    env.cr.execute(SQL(query))
    return env.cr.fetchall()
