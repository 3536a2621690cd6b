"""Magento orders imported by this addon, and created by the bare ORM.

1,000 orders of three lines, by new customers, of known products, from a shop that
answers at once. The bare ORM creates and confirms the same partners and orders in
batches of the same size. Both are the median of three after a warm-up; the second run
finds nothing changed.
"""

import statistics

from ...compat import product_kind
from ...models.magento.ordering.importing import OrderPage
from ...models.magento.ordering.importing.customers import Parties
from ...tests.simulators.magento import MagentoSimulator
from ...tools.magento import SearchCriteria
from ...tools.magento.order import read_order
from ..shared._measure import clock, peak_memory
from ._company import prepare_company

LINES = ("SKU-001", "SKU-002", "SKU-005")
ORDERS = 1000
RUNS = 3


def run(env, full=False):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: ten times the orders as well, once
    :rtype: list[dict]
    """
    with MagentoSimulator() as shop:
        prepare_company(env, LINES, **product_kind("product"))
        shop.placed = 0
        cases = [_measure(env, shop, ORDERS, RUNS)]
        if full:
            cases.append(_measure(env, shop, 10 * ORDERS, 1))
    return cases


def _measure(env, shop, orders, runs):
    ours, bare, queries, second = [], [], [], []
    if runs > 1:
        _import(env, shop, 100, [], [], [])
        _bare_orm(env, shop, 100)
    with peak_memory() as peak:
        for _run in range(runs):
            requests = _import(env, shop, orders, ours, queries, second)
    for _run in range(runs):
        bare.append(_bare_orm(env, shop, orders))
    return {
        "orders": orders,
        "ours_s": statistics.median(ours),
        "bare_orm_s": statistics.median(bare),
        "queries": queries[-2],
        "requests": requests,
        "second_run_s": statistics.median(second),
        "peak_mib": peak[0],
    }


def _import(env, shop, orders, seconds, queries, second):
    """Import orders with a connection that has none yet; return the requests."""
    connection = _make_connection(env, shop)
    _place(shop, orders)
    before = len(shop.requests)
    with clock(env, queries) as taken:
        log = connection.run_operation("import_orders")
    assert log.done_count == orders, log.line_ids.mapped("message")
    seconds.append(taken[0])
    requests = len(shop.requests) - before
    with clock(env, queries) as taken:
        connection.run_operation("import_orders")
    second.append(taken[0])
    _start_over(env)
    return requests


def _bare_orm(env, shop, orders):
    """Create what an import creates; reading and preparing it is not measured."""
    connection = _make_connection(env, shop)
    _place(shop, orders)
    taken = 0
    with connection._get_client() as client:
        pages = [
            page.items
            for page in client.pages("orders", SearchCriteria().sorted_by("entity_id"))
        ]
    for raw_orders in pages:
        page = OrderPage(connection, None)
        read = [read_order(raw) for raw in raw_orders]
        customers, values = _prepare(page, read)
        with clock(page.env, []) as seconds:
            partners = page.env["res.partner"].create(customers)
            for partner, each in zip(partners, values, strict=True):
                each.update(
                    partner_id=partner.id,
                    partner_invoice_id=partner.id,
                    partner_shipping_id=partner.id,
                )
            page.env["sale.order"].create(values).action_confirm()
        taken += seconds[0]
        env.cr.commit()
        env.invalidate_all()
    _start_over(env)
    return taken


def _prepare(page, orders):
    """Return values of the partners and of the sale orders, as the import has them."""
    page._load([line for order in orders for line in order.lines])
    partners, sales = page.env["res.partner"], page.env["sale.order"]
    places, customers, values = page.customers.places, [], []
    for order in orders:
        found = page.find(order)
        found.parties = Parties(partners, partners, partners)
        customers.append(
            partners._magento_prepare_customer_vals(order, found.store, places)
        )
        values.append(sales._magento_prepare_vals(order, found))
    return customers, values


def _place(shop, orders):
    """Place orders of three lines, each by a new guest."""
    shop.reset()
    for number in range(orders):
        shop.place_order(
            LINES,
            customer={
                "email": f"buyer{number}.{shop.placed}@example.com",
                "firstname": "Buyer",
                "lastname": str(number),
            },
        )
    shop.placed += orders


def _make_connection(env, shop):
    """Connect a shop that was emptied, as if it were another one."""
    former = env["magento.connection"].search([("base_url", "=", shop.url)])
    former.base_url = f"http://former{former.id}.example.com"
    count = env["magento.connection"].with_context(active_test=False).search_count([])
    connection = env["magento.connection"].create(
        {
            "name": f"Shop {count}",
            "base_url": shop.url,
            "consumer_key": shop.consumer_key,
            "consumer_secret": shop.consumer_secret,
            "access_token": shop.access_token,
            "access_token_secret": shop.access_token_secret,
            "import_since": False,
        }
    )
    connection.action_fetch_configuration()
    env.cr.commit()
    return connection


def _start_over(env):
    """Keep what was written, and let PostgreSQL know how large its tables are."""
    env.cr.commit()
    env.invalidate_all()
    env.cr.execute("ANALYZE res_partner, sale_order, sale_order_line, stock_move")
    env.cr.commit()
