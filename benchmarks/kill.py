"""Invoices exported by a process that is killed again and again.

The process gets SIGKILL at random moments and is started anew, until nothing is left.
In the end the shop's book has each invoice once, and Odoo agrees.
"""

import os
import random
import signal
import time
import traceback

import psycopg2

import odoo
from odoo import SUPERUSER_ID, api

from ._invoices import compare, make_invoices, prepare_company
from ._shop import open_shop

KILLS = 200
INVOICES_PER_KILL = 8
SETTLING_SECONDS = 2
LATENCY_SECONDS = 0.02
LONGEST_LIFE_SECONDS = 0.8
# What is not exported then is lost: it takes seconds
LAST_LIFE_SECONDS = 120


def run(env, full=False, count=KILLS):
    """Kill the exporting process, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often the process is killed at most
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        connection = shop.connect(
            env, attempts_allowed=100, settling_seconds=SETTLING_SECONDS
        )
        moves = make_invoices(env, shop, connection, INVOICES_PER_KILL * count, parts=2)
        shop.post("latency", seconds=LATENCY_SECONDS)
        kills = _export_and_kill(env, connection, count)
        shop.post("latency", seconds=0)
        return [{**compare(shop, moves), "kills": kills}]


def _export_and_kill(env, connection, most):
    """Export in other processes until nothing is left; return how many were killed."""
    kills, chance = 0, random.Random(1)
    database, connection_id = env.cr.dbname, connection.id
    env.cr.commit()
    while True:
        child = os.fork()
        if not child:
            _export(database, connection_id)
        if kills >= most:
            _pid, status = os.waitpid(child, 0)
            assert status == 0, status
            return kills
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return kills
        kills += 1


def _export(database, connection_id):
    """Export until nothing is left, in a process of its own, and end it."""
    try:
        odoo.sql_db._Pool = None  # the parent's connections stay the parent's
        with odoo.registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connection = env["magento.connection"].browse(connection_id)
            deadline = time.monotonic() + LAST_LIFE_SECONDS
            while _is_left(env, connection) and time.monotonic() < deadline:
                connection.run_operation("export_invoices")
                env.invalidate_all()
                time.sleep(0.05)
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _is_left(env, connection):
    try:
        return _wake_up(env, connection)
    except psycopg2.OperationalError:
        # The database was still committing what a killed process did last
        env.cr.rollback()
        env.invalidate_all()
        return True


def _wake_up(env, connection):
    """Let what would wait for minutes go on; say whether something is left."""
    documents = env["magento.document"].search(
        [("connection_id", "=", connection.id), ("kind", "=", "invoice")]
    )
    pending = documents.filtered(lambda document: document.sync_state == "pending")
    pending.next_attempt_at = odoo.fields.Datetime.now()
    env.cr.commit()
    moves = env["account.move"].search(
        [("magento_order_ids.magento_connection_id", "=", connection.id)]
    )
    return any(move.magento_export_state != "done" for move in moves)
