"""Deliveries that are sent by two processes, which are killed, and started anew."""

import random
import time
from functools import partial

import psycopg2

from odoo.tools import mute_logger

from ..shared._process import kill_until_done, start, wait_for
from ._transfers import open_couriers

DELIVERIES_PER_KILL = 4
SETTLING_SECONDS = 2
LATENCY_SECONDS = 0.02
# What is not sent then is lost: it takes seconds
LAST_LIFE_SECONDS = 120


def kill_deliveries(env, count):
    """Kill the processes that send, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often they are killed at most
    :rtype: dict
    """
    with open_couriers(env) as transfers, transfers.patient(SETTLING_SECONDS):
        deliveries = transfers.make(DELIVERIES_PER_KILL * count)
        transfers.instance.latency = LATENCY_SECONDS
        work = partial(_send, transfers=transfers, ids=deliveries.ids)

        def start_both():
            return [start(env.cr.dbname, work) for _number in range(2)]

        with mute_logger("odoo.sql_db"):  # of conflicts, which pass
            kills = list(kill_until_done(start_both, count, random.Random(1)))
            wait_for(start(env.cr.dbname, work))
        return {**transfers.compare(deliveries), "kills": len(kills)}


def _send(env, transfers, ids):
    """Send until nothing is left."""
    deadline = time.monotonic() + LAST_LIFE_SECONDS
    while _is_left(env, transfers, ids) and time.monotonic() < deadline:
        transfers.send(env)
        time.sleep(0.05)


def _is_left(env, transfers, ids):
    try:
        return transfers.wake_up(env, ids)
    except psycopg2.OperationalError:
        # Another process wrote the same, or was killed while it did
        env.cr.rollback()
        return True
