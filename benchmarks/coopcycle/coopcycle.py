"""A month of CoopCycle fetched store by store, and the same month as one file.

The instance is simulated, in the same process: what its answers take is the network's
time. The same orders come in by its API and by a file that has them all, each on new
order numbers; then both sides are compared. `own_ratio` is the time of fetching without
the network's, divided by that of the file. Then deliveries are sent to couriers whose
every answer takes its time, several at once and one at a time: `times_faster` is how
much less the first takes.
"""

import base64
import time
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from ...compat import product_kind
from ...tests.simulators.coopcycle import CoopcycleSimulator
from ...tests.simulators.coopcycle.invoicing import PRODUCT
from ...tools.coopcycle.api import CoopcycleClient
from ..shared._measure import clock, peak_memory
from ._transfers import open_couriers

DELIVERIES = 200
LATENCY_SECONDS = 0.2
FIRST, LAST = date(2025, 6, 1), date(2025, 6, 30)


def run(env, full=False, count=5000):
    """Measure a month.

    :param env: of a fresh database that has the addon
    :param bool full: 20,000 orders, too
    :param int count: orders of the month
    :rtype: list[dict]
    """
    counts = [count, 20_000] if full else [count]
    with CoopcycleSimulator() as instance:
        _prepare_company(env, instance)
        cases = [_measure(env, instance, each) for each in counts]
    return [*cases, _measure_deliveries(env)]


def _measure_deliveries(env):
    with open_couriers(env) as transfers:
        transfers.instance.latency = LATENCY_SECONDS
        several = _send(env, transfers)
        with patch.object(
            type(transfers.connection), "_get_parallel_requests", lambda _self: 1
        ):
            one = _send(env, transfers)
    return {
        "deliveries": DELIVERIES,
        "latency_ms": round(1000 * LATENCY_SECONDS),
        "send_s": several,
        "one_by_one_s": one,
        "times_faster": round(one / several, 1),
    }


def _send(env, transfers):
    """Return the seconds that sending takes."""
    deliveries = transfers.make(DELIVERIES)
    with clock(env, []) as seconds:
        transfers.send(env)
    found = transfers.compare(deliveries)
    assert not (found["lost"] or found["duplicates"] or found["disagreements"]), found
    return round(seconds[0], 2)


def _measure(env, instance, count):
    _deliver(instance, count)
    file_seconds = _import_as_file(env, instance)
    _deliver(instance, count)
    instance.requests.clear()
    with _network_time() as network, peak_memory() as peak, clock(env, []) as fetch:
        fetched = _fetch(env)
    requests, fetch_network = len(instance.requests), network[0]
    assert fetched.received_count == count, fetched.error
    with peak_memory() as reconcile_peak, clock(env, []) as reconcile:
        found = env["coopcycle.reconciliation"]._begin(
            fetched.connection_id, FIRST, LAST
        )
    assert (found.state, found.different_count) == ("done", 0), found.error
    return {
        "orders": count,
        "stores": len(instance.stores),
        "file_s": file_seconds,
        "fetch_s": round(fetch[0], 2),
        "network_s": round(fetch_network, 2),
        "own_ratio": round((fetch[0] - fetch_network) / file_seconds, 2),
        "requests": requests,
        "peak_mib": peak[0],
        "reconcile_s": round(reconcile[0], 2),
        "reconcile_peak_mib": reconcile_peak[0],
    }


def _prepare_company(env, instance):
    env["account.chart.template"].try_loading("generic_coa", env.company)
    env["product.product"].create({"name": PRODUCT, **product_kind("service")})
    env["account.account"].create(
        {"code": instance.account, "name": "Deliveries", "account_type": "income"}
    )
    stores = [instance.add_store(f"Coopérative {number}") for number in range(200)]
    env["res.partner"].create(
        [{"name": store.name, "is_company": True} for store in stores]
    )
    env["coopcycle.connection"]._get_default().write(
        {
            "base_url": instance.url,
            "username": instance.username,
            "password": instance.password,
        }
    )
    env.cr.commit()


def _deliver(instance, count):
    """Have nothing but new orders of the month, dealt out among the stores."""
    instance.orders.clear()
    for number in range(count):
        store = instance.stores[number % len(instance.stores)]
        day = date(2025, 6, 1 + number % 30)
        instance.deliver(store, day, total=499 + number % 90, tax=83)


def _import_as_file(env, instance):
    with env["coopcycle.connection"]._get_default()._get_client() as client:
        query = [("date[after]", str(FIRST)), ("date[before]", str(LAST))]
        text, _id = client.export("invoice_line_items/export/odoo", query, "file")
    with clock(env, []) as seconds:
        wizard = env["coopcycle.import.wizard"].create(
            {"file": base64.b64encode(text.encode()), "file_name": "bench.csv"}
        )
        wizard.action_test()
        wizard.action_import()
        _finish(env, wizard.import_id)
    return round(seconds[0], 2)


def _fetch(env):
    fetches = env["coopcycle.fetch"]
    connection = env["coopcycle.connection"]._get_default()
    fetches._begin(connection, FIRST, LAST)._fetch_and_import(env)
    fetched = fetches.search([], limit=1)
    _finish(env, fetched.import_ids)
    return fetched


def _finish(env, import_):
    """Wait for what is left to the background."""
    env.cr.commit()
    if import_.state == "queued":
        import_._run_in_background(deadline=float("inf"))
    assert import_.state == "done", import_.error


@contextmanager
def _network_time():
    """Give a list of one: the seconds that requests took in the block."""
    seconds, ask = [0.0], CoopcycleClient._send_once

    def timed(client, *args):
        start = time.monotonic()
        try:
            return ask(client, *args)
        finally:
            seconds[0] += time.monotonic() - start

    with patch.object(CoopcycleClient, "_send_once", timed):
        yield seconds
