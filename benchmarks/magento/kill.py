"""Documents exported by a process that is killed again and again.

Invoices, deliveries and credit notes of the same orders, in any sequence. The process
gets SIGKILL at random moments and is started anew, until nothing is left. In the end
the shop's book has each document once, and Odoo agrees.
"""

import mmap
import os
import random
import signal
import time
import traceback
from collections import Counter

import psycopg2

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.modules.registry import Registry

from ._book import compare
from ._documents import KINDS, make_all, prepare_company
from ._shop import open_shop

KILLS = 200
# Of each kind, so that something is left to send until the last kill
DOCUMENTS_PER_KILL = 4
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
        sources = make_all(env, shop, connection, DOCUMENTS_PER_KILL * count, parts=2)
        shop.post("latency", seconds=LATENCY_SECONDS)
        kills = _export_and_kill(env, connection, sources, count)
        shop.post("latency", seconds=0)
        where = {f"while_{kind.shelf}": kills[kind] for kind in KINDS}
        return [{**compare(shop, sources), "kills": kills.total(), **where}]


def _export_and_kill(env, connection, sources, most):
    """Export in other processes until nothing is left.

    :return: {`Kind`: how many processes were killed that were sending it}
    """
    kills, chance = Counter(), random.Random(1)
    ids = [records.ids for records in sources.values()]
    database, connection_id = env.cr.dbname, connection.id
    busy_with = mmap.mmap(-1, 1)  # which kind a process is sending: it tells us so
    env.cr.commit()
    while True:
        kinds = chance.sample(range(len(KINDS)), len(KINDS))
        busy_with[0] = kinds[0]
        child = os.fork()
        if not child:
            _export(database, connection_id, ids, kinds, busy_with)
        if kills.total() >= most:
            _pid, status = os.waitpid(child, 0)
            assert status == 0, status
            return kills
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return kills
        kills[KINDS[busy_with[0]]] += 1


def _export(database, connection_id, ids, kinds, busy_with):
    """Export until nothing is left, in a process of its own, and end it.

    :param ids: of the records of each kind
    :param kinds: the kinds' numbers, in the sequence in which they are sent
    """
    try:
        registry = Registry(database)
        # The parent's connections stay the parent's, and are not closed either
        _parents, sql_db._Pool = registry._db, None
        registry._db = sql_db.db_connect(database)
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connection = env["magento.connection"].browse(connection_id)
            deadline = time.monotonic() + LAST_LIFE_SECONDS
            while _is_left(env, connection, ids) and time.monotonic() < deadline:
                for number in kinds:
                    busy_with[0] = number
                    connection.run_operation(KINDS[number].operation)
                env.invalidate_all()
                time.sleep(0.05)
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _is_left(env, connection, ids):
    try:
        return _wake_up(env, connection, ids)
    except psycopg2.OperationalError:
        # The database was still committing what a killed process did last
        env.cr.rollback()
        env.invalidate_all()
        return True


def _wake_up(env, connection, ids):
    """Let what would wait for minutes go on; say whether something is left."""
    documents = env["magento.document"].search([("connection_id", "=", connection.id)])
    pending = documents.filtered(lambda document: document.sync_state == "pending")
    pending.next_attempt_at = fields.Datetime.now()
    env.cr.commit()
    models = ("account.move", "stock.picking", "account.move")
    return any(
        record.magento_export_state != "done"
        for model, each in zip(models, ids, strict=True)
        for record in env[model].browse(each)
    )
