"""Documents exported by a process that is killed again and again.

Invoices, deliveries and credit notes of the same orders, in any sequence. The process
gets SIGKILL at random moments and is started anew, until nothing is left. In the end
the shop's book has each document once, and Odoo agrees.
"""

import mmap
import random
import time
from collections import Counter

import psycopg2

from odoo import fields

from ..shared._process import kill_until_done, start, wait_for
from ._book import compare
from ._documents import KINDS, make_all, prepare_company
from ._shop import open_shop

# Of each kind, so that something is left to send until the last kill
DOCUMENTS_PER_KILL = 4
SETTLING_SECONDS = 2
LATENCY_SECONDS = 0.02
# What is not exported then is lost: it takes seconds
LAST_LIFE_SECONDS = 120


def kill_exports(env, count):
    """Kill the exporting process, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often the process is killed at most
    :rtype: dict
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
        return {**compare(shop, sources), "kills": kills.total(), **where}


def _export_and_kill(env, connection, sources, most):
    """Export in other processes until nothing is left.

    :return: {`Kind`: how many processes were killed that were sending it}
    """
    kills, chance = Counter(), random.Random(1)
    ids = [records.ids for records in sources.values()]
    database, connection_id = env.cr.dbname, connection.id
    busy_with = mmap.mmap(-1, 1)  # which kind a process is sending: it tells us so
    env.cr.commit()

    def start_all():
        kinds = chance.sample(range(len(KINDS)), len(KINDS))
        busy_with[0] = kinds[0]
        return [
            start(
                database, lambda env: _export(env, connection_id, ids, kinds, busy_with)
            )
        ]

    for _kill in kill_until_done(start_all, most, chance):
        kills[KINDS[busy_with[0]]] += 1
    for child in start_all():
        wait_for(child)
    return kills


def _export(env, connection_id, ids, kinds, busy_with):
    """Export until nothing is left.

    :param ids: of the records of each kind
    :param kinds: the kinds' numbers, in the sequence in which they are sent
    """
    connection = env["magento.connection"].browse(connection_id)
    deadline = time.monotonic() + LAST_LIFE_SECONDS
    while _is_left(env, connection, ids) and time.monotonic() < deadline:
        for number in kinds:
            busy_with[0] = number
            connection.run_operation(KINDS[number].operation)
        env.invalidate_all()
        time.sleep(0.05)


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
