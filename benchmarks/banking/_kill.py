"""Bank lines applied by two processes that are killed again and again."""

import random

from odoo.tools import SQL, mute_logger

from ..shared._process import kill_until_done, start
from . import _month
from ._account import Account

LINES_PER_KILL = 8
ITEMS_PER_LINE = 4

# Lines that are certain, and not applied yet; no planted invoice has Odoo's discount
LEFT = """
    SELECT match.statement_line_id AS id
      FROM billing_match AS match
     WHERE match.state = 'suggested' AND match.rank = 1
       AND match.confidence = 'certain' AND match.difference = 0
"""
# Each as one row for what is wrong
PAID_TWICE = """
    SELECT item.id
      FROM account_move_line AS item
      JOIN account_partial_reconcile AS partial
        ON item.id IN (partial.debit_move_id, partial.credit_move_id)
  GROUP BY item.id HAVING SUM(partial.amount) > ABS(item.balance) + 0.001
     UNION ALL
    SELECT part.item_id
      FROM billing_match_part AS part JOIN billing_match AS match
        ON match.id = part.match_id AND match.state = 'applied'
  GROUP BY part.item_id, match.statement_line_id HAVING COUNT(*) > 1
"""
# What says that it is applied, and is not, or the other way round
DISAGREE = """
    SELECT match.id
      FROM billing_match AS match
      JOIN account_bank_statement_line AS line ON line.id = match.statement_line_id
     WHERE match.state = 'applied' AND line.is_reconciled IS NOT TRUE
     UNION ALL
    SELECT line.id
      FROM account_bank_statement_line AS line
     WHERE line.is_reconciled AND line.id = ANY(%(ids)s) AND NOT EXISTS (
               SELECT FROM billing_match AS match
                WHERE match.statement_line_id = line.id AND match.state = 'applied')
     UNION ALL
    SELECT item.move_id
      FROM account_move_line AS item
      JOIN account_bank_statement_line AS line ON line.move_id = item.move_id
     WHERE line.id = ANY(%(ids)s)
  GROUP BY item.move_id HAVING ABS(SUM(item.balance)) > 0.001
"""
NOT_APPLIED = """
    SELECT id FROM account_bank_statement_line
     WHERE id = ANY(%(ids)s) AND is_reconciled IS NOT TRUE
"""


def kill_banking(env, count):
    """Kill the processes, and compare.

    :param env: of a database that has the addon
    :param int count: how often they are killed at most
    :rtype: dict
    """
    lines = count * LINES_PER_KILL
    account = Account(env, _month.make(lines, lines * ITEMS_PER_LINE))
    env = account.env
    env["billing.operation"]._suggest_now(account.company)
    env["billing.operation"]._get(account.company, "apply_matches")
    env["billing.bank"].create({"journal_id": account.bank.id, "match_mode": "apply"})
    env.cr.commit()
    ids = _fetch(env, LEFT)
    kills, chance = 0, random.Random(1)
    with mute_logger("odoo.sql_db"):  # of conflicts, which pass
        for _kill in kill_until_done(lambda: _start(env, ids), count, chance):
            kills += 1
        _press(env, ids)
    env.cr.commit()
    return {
        "documents": len(ids),
        "duplicates": len(_fetch(env, PAID_TWICE)),
        "lost": len(_fetch(env, NOT_APPLIED, ids=ids)),
        "disagreements": len(_fetch(env, DISAGREE, ids=ids)),
        "kills": kills,
    }


def _start(env, ids):
    env.cr.commit()
    database = env.cr.dbname
    return [
        start(database, lambda env: _press(env, ids)),
        start(database, _apply_by_itself),
    ]


def _press(env, ids):
    """Press *Apply Certain Ones* on all lines until nothing is left."""
    admin = env.ref("base.user_admin")
    lines = env["account.bank.statement.line"].with_user(admin).browse(ids)
    left = _fetch(env, LEFT)
    while left:
        told = lines.action_billing_apply_certain()
        env.cr.commit()
        before, left = left, _fetch(env, LEFT)
        assert left != before, told["params"]["message"]


def _apply_by_itself(env):
    operation = env["billing.operation"]._get(env.company, "apply_matches")
    operation._run_logged("schedule")


def _fetch(env, query, **arguments):
    env.cr.execute(SQL(query, **arguments) if arguments else SQL(query))
    return [id_ for (id_,) in env.cr.fetchall()]
