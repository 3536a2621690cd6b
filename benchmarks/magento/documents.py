"""Shipments that go to Magento and credit memos that come from there.

1,000 deliveries are exported, and as many credit memos imported, of the same orders, at
a shop that answers at once; their invoices are exported as well, for comparison. The
bare ORM creates the same draft credit notes in batches of the same size.
"""

from ...models.magento.receiving.receivers import CreditMemos, ReceivingResult
from ...tools.magento import SearchCriteria
from ..shared._measure import clock
from ._documents import make_deliveries, make_invoices, make_orders, prepare_company
from ._shop import open_shop

DOCUMENTS = 1000
TABLES = "magento_document, account_move, account_move_line, stock_move, stock_picking"


def run(env, full=False, count=None):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: ten times the documents
    :param int count: how many of each kind
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        _measure(env, shop, 50)  # warm-up
        return _measure(env, shop, count or DOCUMENTS * (10 if full else 1))


def _measure(env, shop, count):
    shop.post("reset")
    connection = shop.connect(env)
    orders = make_orders(env, shop, connection, count)
    invoices = make_invoices(orders)
    deliveries = make_deliveries(orders)
    case = _Case(env, shop, connection, count)
    cases = [
        case.measure("invoice", "export_invoices"),
        case.measure("shipment", "export_shipments"),
    ]
    for records in (invoices, deliveries):
        assert set(records.mapped("magento_export_state")) == {"done"}
    for order in orders:
        shop.post("admin/refund", order_id=int(order.magento_order_id))
    bare = _bare_orm(env, connection)
    cases.append(case.measure("creditmemo", "import_credit_memos", bare))
    _check_credit_notes(orders, count)
    connection.active = False
    env.cr.commit()
    return cases


class _Case:
    """Measures operations of one connection."""

    def __init__(self, env, shop, connection, count):
        self.env = env
        self.shop = shop
        self.connection = connection
        self.count = count

    def measure(self, kind, operation, bare=None):
        """Run an operation once, and return what it took."""
        self.env.cr.execute(f"ANALYZE {TABLES}")
        self.env.cr.commit()
        self.env.invalidate_all()
        before, queries = len(self.shop.get("requests")), []
        with clock(self.env, queries) as seconds:
            log = self.connection.run_operation(operation)
        assert log.done_count == self.count, log.line_ids.mapped("message")[-5:]
        return {
            "documents": self.count,
            "kind": kind,
            "ours_s": seconds[0],
            "bare_s": bare and bare[0],
            "queries": queries[0],
            "bare_queries": bare and bare[1],
            "requests": len(self.shop.get("requests")) - before,
        }


def _bare_orm(env, connection):
    """Create what an import creates, and take it back; preparing it is not measured.

    :return: (seconds, queries)
    """
    log = env["integration.process.log"]._start(connection, "import_credit_memos")
    taken, queries = 0, []
    with connection._get_client() as client:
        criteria = SearchCriteria().sorted_by("entity_id")
        pages = [page.items for page in client.pages("creditmemos", criteria)]
    for raws in pages:
        receiver = CreditMemos(connection.sudo(), log)
        receiver.inbox.load(raws)
        things = receiver._read(raws, ReceivingResult())
        receiver._find_sales(things)
        receiver.load(things)
        plans = [receiver._plan(thing) for thing in things]
        notes = [note for plan in plans for note in plan.notes]
        values = [receiver.writer._values(note) for note in notes]
        with clock(env, queries) as seconds:
            receiver.env["account.move"].create(values)
        taken += seconds[0]
        env.invalidate_all()
    env.cr.rollback()
    env.invalidate_all()
    return taken, sum(queries)


def _check_credit_notes(orders, count):
    """Check that each order has a draft credit note of what it came to."""
    orders.invalidate_recordset()
    moves = orders.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
    assert len(moves) == count, len(moves)
    assert set(moves.mapped("state")) == {"draft"}
    due, credited = (sum(each.mapped("amount_total")) for each in (orders, moves))
    assert orders.currency_id.compare_amounts(due, credited) == 0, (due, credited)
