"""Invoices exported to Magento, several at once and one at a time.

400 invoices to a simulated shop that takes 200 ms for a call, and to one that answers
at once, which shows our own time. The shop is a process of its own.
"""

from ..shared._measure import clock
from ._documents import make_invoices, make_orders, prepare_company
from ._shop import open_shop

INVOICES = 400


def run(env, full=False):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: ten times the invoices as well, without latency
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        _export(env, shop, 50, 0, [])  # warm-up
        cases = [
            _measure(env, shop, INVOICES, 200),
            _measure(env, shop, INVOICES, 0, one_at_a_time=False),
        ]
        if full:
            cases.append(_measure(env, shop, 10 * INVOICES, 0, one_at_a_time=False))
    return cases


def _measure(env, shop, count, latency_ms, one_at_a_time=True):
    queries = []
    seconds, requests = _export(env, shop, count, latency_ms, queries)
    slow = None
    if one_at_a_time:
        slow, _requests = _export(env, shop, count, latency_ms, [], parallel_requests=1)
    return {
        "invoices": count,
        "latency_ms": latency_ms,
        "ours_s": seconds,
        "one_at_a_time_s": slow,
        "queries": queries[0],
        "requests": requests,
    }


def _export(env, shop, count, latency_ms, queries, **settings):
    """Export invoices once; return the seconds and the requests that it took."""
    shop.post("reset")
    connection = shop.connect(env, **settings)
    moves = make_invoices(make_orders(env, shop, connection, count))
    env.cr.execute("ANALYZE magento_document, account_move, account_move_line")
    env.cr.commit()
    shop.post("latency", seconds=latency_ms / 1000)
    before = len(shop.get("requests"))
    with clock(env, queries) as seconds:
        connection.run_operation("export_invoices")
    shop.post("latency", seconds=0)
    requests = len(shop.get("requests")) - before
    moves.invalidate_recordset()
    left = moves.filtered(lambda move: move.magento_export_state != "done")
    assert not left, left.magento_document_ids.mapped("last_error")
    connection.active = False
    env.cr.commit()
    return seconds[0], requests
