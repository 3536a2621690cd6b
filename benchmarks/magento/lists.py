"""Lists of invoices and deliveries, filtered by how far they have got in Magento.

100,000 orders with their lines, invoices, deliveries and documents. For each state:
counting, and the first page as the list asks for it; then the other searches, and the
board. Seconds are the median of five.
"""

import statistics

from lxml import etree

from ...tests.shared.versions import LIST
from ..shared._measure import clock
from ._documents import make_deliveries, make_invoices, make_orders, prepare_company
from ._plant_documents import DocumentPlanter
from ._shop import open_shop

ORDERS = 100_000
TEMPLATES = 100
ITEMS = 2
PAGE = 80
# The web client does not count further
COUNTED = 10_001
RUNS = 5
STATES = ("none", "not_due", "waiting", "pending", "sending", "unknown", "done")
STATES += ("skipped",)
UNDONE = ("skipped", "unknown", "sending", "pending", "waiting")
LISTS = {
    "account.move": (
        [("move_type", "=", "out_invoice"), ("magento_order_ids", "!=", False)],
        "coopcycle_magento.magento_account_move_view_tree",
    ),
    "stock.picking": (
        [("magento_order_ids", "!=", False)],
        "coopcycle_magento.magento_stock_picking_view_tree",
    ),
}


def run(env, full=False, count=ORDERS):
    """Measure.

    :param env: of a fresh database that has the addon
    :param int count: how many orders
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        plant(env, shop, count)
    return measure(env(user=env.ref("base.user_admin")))


def plant(env, shop, count):
    """Let orders come in, bring them into all states, and copy them."""
    connection = shop.connect(env)
    orders = make_orders(env, shop, connection, TEMPLATES)
    invoices = make_invoices(orders, units=None)
    deliveries = make_deliveries(orders, units=None)
    connection.export_shipments_from = connection.export_invoices_from
    connection.run_operation("export_invoices")
    connection.run_operation("export_shipments")
    # An order has one document at most under way
    _spoil(invoices[:10])
    _spoil(deliveries[10:20])
    invoices[6].button_draft()
    deliveries[16].date_done = "2000-01-01"
    env.cr.commit()
    orders = orders.sorted(lambda order: int(order.magento_order_id))
    last = int(orders[-1].magento_order_id)
    DocumentPlanter(orders).plant(count - TEMPLATES, last + 1, 10**6, ITEMS)
    _vacuum(env)


def _spoil(records):
    """Bring a record into each state that is not done; two have no document."""
    for record, state in zip(records, UNDONE, strict=False):
        document = record.magento_document_ids
        document.sync_state = state
        if state == "skipped":
            document.last_error = "Refused."
    records[5:7].magento_document_ids.unlink()
    records[7].magento_document_ids.write(
        {"difference": 1, "difference_cause": "quantities"}
    )


def _vacuum(env):
    """Do what the server does by itself in time."""
    connection = env.cr._cnx
    env.cr.commit()
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    connection.autocommit = False


def measure(env):
    """Return a case for each filter of each list, and one for the board."""
    cases = []
    for model, (domain, xmlid) in LISTS.items():
        records = env[model]
        names = _get_names(env, model, xmlid)
        number = records.search([("magento_number", "!=", False)], limit=1)
        filters = [
            *((state, ("magento_export_state", "=", state)) for state in STATES),
            ("failed", ("magento_has_error", "=", True)),
            ("number", ("magento_number", "ilike", number.magento_number)),
            ("differs", ("magento_difference_cause", "!=", False)),
        ]
        if model == "account.move":
            filters.append(("difference", ("magento_difference", "!=", 0)))
        cases.append(_measure(records, "all", domain, names))
        for name, leaf in filters:
            cases.append(_measure(records, name, [*domain, leaf], names))
    connections = env["magento.connection"].search([])
    seconds, queries, _board = _clock(env, lambda: connections.read(["board"]))
    cases.append(
        {"model": "board", "filter": "", "page_s": seconds, "page_queries": queries}
    )
    return cases


def _measure(records, name, domain, names):
    count_s, count_queries, count = _clock(
        records.env, lambda: records.search_count(domain)
    )
    page_s, page_queries, _page = _clock(
        records.env,
        lambda: records.web_search_read(domain, names, limit=PAGE, count_limit=COUNTED),
    )
    return {
        "model": records._name,
        "filter": name,
        "records": count,
        "count_s": count_s,
        "count_queries": count_queries,
        "page_s": page_s,
        "page_queries": page_queries,
    }


def _get_names(env, model, xmlid):
    """Return what a list asks for."""
    view = env[model].get_view(env.ref(xmlid).id, LIST)
    fields = etree.fromstring(view["arch"]).iterfind(".//field")
    return {
        field.get("name"): {"fields": {"display_name": {}}}
        if env[model]._fields[field.get("name")].relational
        else {}
        for field in fields
    }


def _clock(env, step):
    """Return the median of the seconds, the queries, and what the step returns."""
    taken, queries = [], []
    for _run in range(RUNS):
        env.invalidate_all()
        with clock(env, queries) as seconds:
            result = step()
        taken += seconds
    return statistics.median(taken), queries[-1], result
