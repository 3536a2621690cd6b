"""Deliveries sent to an instance of which every fifth call goes wrong."""

import time

from ._transfers import open_couriers

RATE = 0.2
# Longer than the instance takes for what it finishes after the caller has gone
SETTLING_SECONDS = 3
SLOW_SECONDS = 1.2
MOST_RUNS = 500
# What befalls any request, and what befalls one that makes something
FAULTS = ("hang_up", "read_timeout", "too_many_requests", "internal_error")
FAULTS += ("maintenance", "html_page", "garbage", "half_answer")
FAULTS_OF_POSTS = ("hang_up_after", "finish_later", "internal_error_after")
FAULTS_OF_POSTS += ("read_timeout_after",)


def send_deliveries(env, count):
    """Send until nothing is left, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how many deliveries
    :rtype: dict
    """
    with (
        open_couriers(env, timeout=1) as transfers,
        transfers.patient(SETTLING_SECONDS),
    ):
        deliveries = transfers.make(count)
        faults = transfers.instance.faults
        posts = {"method": "POST", "path": "/api/deliveries$"}
        faults.random(
            RATE, [*FAULTS, *FAULTS_OF_POSTS], 1, seconds=SLOW_SECONDS, **posts
        )
        for number, others in enumerate(
            ({"path": "/api/(me|stores)"}, {"path": "/api/deliveries/assert"}), 2
        ):
            faults.random(RATE, list(FAULTS), number, seconds=SLOW_SECONDS, **others)
        runs = _send_all(env, transfers, deliveries)
        count = len(faults.log)
        faults.clear()
        faults.finish()
        return {**transfers.compare(deliveries), "faults": count, "runs": runs}


def _send_all(env, transfers, deliveries):
    """Send until nothing is left; return how often that was."""
    for number in range(1, MOST_RUNS + 1):
        transfers.send(env)
        if not transfers.wake_up(env, deliveries.ids):
            return number
        if set(deliveries.mapped("sync_state")) <= {"done", "unknown"}:
            time.sleep(0.5)
    return MOST_RUNS
