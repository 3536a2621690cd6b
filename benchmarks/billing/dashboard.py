"""The dashboard, of a company with 10,000 invoices that a policy made and sent.

Half of them are paid, the others owed. All cards are read as the browser reads them,
by a user who may see everything. Seconds are the median of five, queries those of all.
"""

import statistics

from odoo.tools import SQL

from ..shared._measure import clock
from ..shared._rows import copy_rows
from ._company import Company

INVOICES = 10_000
TEMPLATES = 50
RUNS = 5
# Beyond all ids that a fresh database has
STEP = 1_000_000


def run(env, full=False, count=INVOICES):
    """Measure.

    :param env: of a fresh database that has the addon
    :param int count: how many invoices
    :rtype: list[dict]
    """
    company = Company(env)
    company.make_policy()
    moves = make_invoices(company)
    few = measure(env, len(moves))
    plant(env, moves, count // TEMPLATES - 1)
    return [few, measure(env, count)]


def make_invoices(company):
    """Return invoices that were delivered, posted, sent, and in part paid."""
    env = company.env
    orders = company.sell(TEMPLATES)
    company.deliver(orders)
    operations = env["billing.operation"]
    operations._cron_run("draft_invoices")
    operations._cron_run("post_invoices")
    moves = orders.invoice_ids
    assert set(moves.mapped("state")) == {"posted"} and len(moves) == TEMPLATES
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves[::2].ids
    ).create({})._create_payments()
    dispatches = env["billing.dispatch"].sudo()._queue(moves)
    dispatches.write({"state": "sent", "sent_at": "2026-01-01"})
    dispatches[:5].state = "bounced"
    env.cr.commit()
    return moves


def plant(env, moves, times):
    """Copy invoices with their items, payments, decisions and dispatches."""

    def copy(table, which, **instead):
        many = SQL("generate_series(1, %s) AS n", times)
        copy_rows(env.cr, table, which, many, id=_step("id"), **instead)

    env.flush_all()
    of_moves = SQL("row.move_id = ANY(%s)", moves.ids)
    reconciled = SQL(
        "row.debit_move_id IN (SELECT id FROM account_move_line AS row WHERE %s)",
        of_moves,
    )
    move_id, debit_move_id = _step("move_id"), _step("debit_move_id")
    these = SQL("row.id = ANY(%s)", moves.ids)
    copy("account_move", these, name=SQL("row.name || '/' || n"))
    copy("account_move_line", of_moves, move_id=move_id)
    copy("account_partial_reconcile", reconciled, debit_move_id=debit_move_id)
    event_key = SQL("row.event_key || '/' || n")
    copy("billing_decision", of_moves, move_id=move_id, event_key=event_key)
    copy("billing_dispatch", of_moves, move_id=move_id)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()


def _step(name):
    """Return the ids that copies have in a column."""
    return SQL("%s + n * %s", SQL.identifier("row", name), STEP)


def measure(env, count):
    """Return the case of all cards."""
    dashboard = env(user=env.ref("base.user_admin"))["billing.dashboard"]
    taken, queries = [], []
    for _run in range(RUNS + 1):
        env.invalidate_all()
        with clock(env, queries) as seconds:
            shown = read_all(dashboard)
        taken += seconds
    assert shown["invoices"]["figures"], shown
    return {
        "invoices": count,
        "cards": len(shown),
        "seconds": statistics.median(taken[1:]),
        "queries": queries[-1],
    }


def read_all(dashboard):
    """Return {key: card} of all that the browser asks for."""
    cards = dashboard.read_layout()["cards"]
    shown = {each["key"]: dashboard.read_card(each["key"]) for each in cards}
    shown["policies"] = dashboard.read_policies()
    return shown
