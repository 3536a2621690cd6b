"""Deliveries billed by two processes that are killed, while people do what they do.

A third process validates transfers, and is killed as well.
"""

import mmap
import random
import time
from collections import Counter
from unittest.mock import patch

from odoo.tools import mute_logger

from ...models.billing.deciding import billing_operation as deciding
from ...models.billing.posting import billing_operation as posting
from ...models.shared.running import Transaction
from ..shared._process import kill_until_done, start
from . import _audit
from ._company import Company, validate_once
from ._people import REVIEWED, STORIES, People

KILLS_PER_ORDER = 2
# So that a life is long enough for some
BATCH = 2
OPERATIONS = ("draft_invoices", "post_invoices")
MOST_ROUNDS = 30
MOST_LOOKS = 400


def kill_billing(env, count):
    """Kill the billing processes, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often they are killed at most
    :rtype: dict
    """
    company, people = _prepare(env, max(len(STORIES), count // KILLS_PER_ORDER))
    orders = company.env["sale.order"].union(*(order for order, _story in people.told))
    with mute_logger("odoo.sql_db"):  # of conflicts, which pass
        kills = _bill_and_kill(people, orders, count)
        _finish(people)
    found = _audit.compare(company.env, orders, people.more)
    found["lost"] += len(people.told)  # what a story waits for never came
    return {
        **found,
        "kills": kills.total(),
        **{f"while_{code}": kills[code] for code in OPERATIONS},
    }


def _prepare(env, count):
    """Sell, and let a person look at a part of what is billed."""
    company = Company(env)
    names = [story.__name__ for story in REVIEWED]
    company.make_policy(
        "draft", sequence=1, order_domain=repr([("client_order_ref", "in", names)])
    )
    company.make_policy("post", sequence=2)
    for code in OPERATIONS:
        company.env["billing.operation"]._get(company.company, code)
    people = People(company)
    people.tell(company.sell(count))
    return company, people


def _bill_and_kill(people, orders, most):
    """Bill in other processes while people do their part.

    :return: {operation: how often two processes were killed of which one was at it}
    """
    kills, chance = Counter(), random.Random(1)
    database = people.env.cr.dbname
    busy_with = mmap.mmap(-1, 1)  # which operation a process is at: it tells us so
    told_twice = orders.filtered(lambda each: each.client_order_ref == "told_twice")
    ids = told_twice.ids

    def start_all():
        return [
            start(database, lambda env: _bill(env, busy_with)),
            start(database, lambda env: _bill(env, busy_with)),
            start(database, lambda env: _validate(env, ids)),
        ]

    def go_on(seconds):
        deadline = time.monotonic() + seconds
        while people.told and time.monotonic() < deadline:
            people.step()
        time.sleep(max(0, deadline - time.monotonic()))

    for _kill in kill_until_done(start_all, most, chance, go_on):
        kills[OPERATIONS[busy_with[0]]] += 1
    return kills


def _bill(env, busy_with):
    """Bill until killed, also while another process does the same."""
    with (
        patch.object(deciding, "DRAFT_BATCH", BATCH),
        patch.object(posting, "POST_BATCH", BATCH),
    ):
        while True:
            for number, code in enumerate(OPERATIONS):
                busy_with[0] = number
                operation = env["billing.operation"]._get(env.company, code)
                operation._run_logged("schedule")
            env.cr.commit()
            time.sleep(0.02)


def _validate(env, ids):
    """Validate deliveries until killed."""
    for order in env["sale.order"].browse(ids):
        Transaction(env).do(validate_once, order.picking_ids)
    while True:
        time.sleep(1)


def _wait_for_the_dead(cr):
    """Wait until PostgreSQL has given up what killed processes have locked."""
    for _look in range(MOST_LOOKS):
        cr.execute(
            """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid != pg_backend_pid()
               AND backend_type = 'client backend' AND state != 'idle'
            """
        )
        [others] = cr.fetchone()
        cr.commit()
        if not others:
            return
        time.sleep(0.05)


def _finish(people):
    """Let people and the scheduled actions go on until nothing is left to do."""
    _wait_for_the_dead(people.env.cr)
    for _round in range(MOST_ROUNDS):
        for _story in range(len(people.told)):
            people.step()
        for code in OPERATIONS:
            people.env["billing.operation"]._cron_run(code)
        if not people.told:
            return
