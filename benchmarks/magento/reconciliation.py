"""Thousands of orders of Odoo and Magento reconciled.

The orders are invoiced and delivered in both, but for each fiftieth, which Magento has
not shipped. The shop answers at once. Memory must not grow with the orders: the peaks
of 1,000 and of 10,000 are shown.
"""

import gc
from datetime import timedelta

from odoo import fields

from ..shared._measure import clock, peak_memory
from ._documents import make_deliveries, make_invoices, prepare_company
from ._plant import Planter
from ._shop import open_shop

FEW, MANY = 1000, 10_000
TEMPLATES = 40
ITEMS = 3
# Each of so many orders differs
DIFFERS = 50


def run(env, full=False, count=MANY):
    """Measure.

    :param env: of a fresh database that has the addon
    :param int count: how many orders in the larger case
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        _measure(env, shop, 2 * TEMPLATES)  # warm-up
        return [_measure(env, shop, number) for number in (min(FEW, count), count)]


def _measure(env, shop, count):
    shop.post("reset")
    connection = shop.connect(env)
    different = _plant(env, shop, connection, count)
    gc.collect()
    before, queries = len(shop.get("requests")), []
    today = fields.Date.today()
    with peak_memory() as peak, clock(env, queries) as seconds:
        found = env["magento.reconciliation"]._begin(
            connection, today - timedelta(days=2), today + timedelta(days=1)
        )
    assert found.state == "done", found.last_error
    assert found.order_count == count, found.order_count
    causes = set(found.line_ids.mapped("cause_code"))
    assert len(found.line_ids) == different, (len(found.line_ids), different, causes)
    requests = len(shop.get("requests")) - before
    connection.active = False
    env.cr.commit()
    env.invalidate_all()
    return {
        "orders": count,
        "ours_s": seconds[0],
        "queries": queries[0],
        "requests": requests,
        "peak_mib": peak[0],
    }


def _plant(env, shop, connection, count):
    """Put equal orders into both; return how many of them differ nevertheless."""
    told = shop.post("orders/many", count=TEMPLATES, lines=ITEMS)
    first = told["first"]
    connection.run_operation("import_orders")
    orders = env["sale.order"].search(
        [("magento_connection_id", "=", connection.id)], order="id"
    )
    orders = orders.sorted(lambda order: int(order.magento_order_id))
    assert len(orders) == TEMPLATES, len(orders)
    make_invoices(orders, units=None)
    make_deliveries(orders, units=None)
    told = shop.post("orders/many", count=count - TEMPLATES, lines=ITEMS)
    with connection._get_client() as client:
        items = client.get(f"orders/{told['first']}")["items"]
    first_item = min(item["item_id"] for item in items)
    Planter(orders).plant(count - TEMPLATES, told["first"], first_item, ITEMS)
    ids = range(first, told["last"] + 1)
    shop.post("stock", quantity=10**9)
    shop.post("admin/invoice", order_ids=list(ids))
    shipped = [each for each in ids if each % DIFFERS]
    shop.post("admin/ship", order_ids=shipped)
    return len(ids) - len(shipped)
