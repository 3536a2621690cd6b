"""One page of Magento's orders, compared with Odoo's."""

from collections import defaultdict
from dataclasses import dataclass, field

from .....tools.magento.amounts import MalformedOrderError, text
from .....tools.magento.dates import parse_datetime
from .....tools.magento.order_figures import read_figures
from ...ordering.reading import key_of
from .causes import Causes
from .compare import AMOUNTS, KINDS, Side, compare, magento_side
from .odoo_side import OdooSide


@dataclass
class Tally:
    """What a page added up to.

    :param totals: {res.currency: {"order_count", "qty_…", "amount_…"}} of equal orders
    :param lines: values of lines for orders that differ
    """

    orders: int = 0
    equal: int = 0
    totals: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)

    def count_equal(self, currency, side):
        """Add an order that is equal on both sides."""
        self.equal += 1
        total = self.totals.setdefault(currency, defaultdict(float))
        total["order_count"] += 1
        for kind in KINDS:
            total[f"qty_{kind}"] += side.quantity(kind)
        for kind in AMOUNTS:
            total[f"amount_{kind}"] += side.amounts[kind]


@dataclass
class Difference:
    """An order that differs."""

    magento_id: str
    increment_id: str
    date: object
    currency: object
    comparison: object
    figures: object = None
    sale: object = None
    causes: list = field(default_factory=list)


class ReconciliationPage:
    """Compares pages of orders.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.odoo = OdooSide(connection)
        currencies = self.env["res.currency"].with_context(active_test=False)
        self.currencies = {each.name: each for each in currencies.search([])}

    def check(self, raw_orders):
        """Compare orders as Magento gave them.

        :return: the `Tally`
        """
        tally = Tally(orders=len(raw_orders))
        figures, differences = [], []
        for raw in raw_orders:
            try:
                figures.append(read_figures(raw))
            except MalformedOrderError as error:
                differences.append(self._malformed(raw, error))
        sales = self.odoo.load([each.magento_id for each in figures])
        for each in figures:
            sale = sales.get(each.magento_id)
            comparison = self._compare(each, sale)
            currency = self._currency(each.currency)
            if comparison.is_equal:
                tally.count_equal(currency, comparison.magento)
            else:
                differences.append(
                    Difference(
                        each.magento_id,
                        each.increment_id,
                        each.created_at,
                        currency,
                        comparison,
                        each,
                        sale,
                    )
                )
        self._explain(differences, tally)
        return tally

    def check_vanished(self, sales):
        """Take orders for different that Magento does not have.

        :param sales: `Sale`s
        :return: the `Tally`
        """
        tally = Tally()
        differences = []
        for sale in sales:
            side = sale.side()
            if side.is_nothing:
                continue
            currency = self.env["res.currency"].browse(sale.currency)
            comparison = compare(side, Side(), currency)
            differences.append(
                Difference(
                    sale.magento_id, "", sale.date, currency, comparison, sale=sale
                )
            )
        tally.orders = len(differences)
        self._explain(differences, tally)
        return tally

    # Comparing

    def _compare(self, figures, sale):
        magento = magento_side(figures)
        currency = self._currency(figures.currency)
        if sale is None:
            return compare(Side(), magento, currency)
        other = ""
        if sale.currency != currency.id:
            other = self.env["res.currency"].browse(sale.currency).name
        comparison = compare(sale.side(figures), magento, currency, other)
        if "invoiced" in comparison.pieces:
            pairs = self._reversed_pairs(sale)
            if pairs:
                without = compare(sale.side(figures, pairs), magento, currency, other)
                if not {"invoiced", "refunded"} & without.pieces.keys():
                    return without
        return comparison

    @staticmethod
    def _reversed_pairs(sale):
        """Return the ids of invoices that were reversed, and of what reverses them.

        Where Magento knows neither, they count as if they had never been made.
        """
        invoices = {move.id for move in sale.moves if move.is_reversed}
        notes = {move.id for move in sale.moves if move.reverses in invoices}
        return invoices | notes

    def _currency(self, name):
        return self.currencies.get(name) or self.connection.company_id.currency_id

    @staticmethod
    def _malformed(raw, error):
        key, raw = key_of(raw), raw if isinstance(raw, dict) else {}
        try:
            date = parse_datetime(raw.get("created_at") or "")
        except (TypeError, ValueError):
            date = False
        return Difference(
            key,
            text(raw, "increment_id"),
            date,
            None,
            None,
            causes=[("malformed", error.name)],
        )

    # Explaining

    def _explain(self, differences, tally):
        if not differences:
            return
        causes = self._load_causes(differences)
        for each in differences:
            if each.comparison is None:
                name = each.causes[0][1]
                each.causes = [("malformed", causes.malformed(name))]
            elif each.figures is None:
                each.causes = causes.not_in_magento()
            elif each.sale is None:
                each.causes = causes.not_in_odoo(each.figures)
            else:
                each.causes = causes.of(each.comparison, each.figures, each.sale)
            tally.lines.append(self._values(each))

    def _load_causes(self, differences):
        sale_ids = [each.sale.id for each in differences if each.sale]
        missing = [each.magento_id for each in differences if not each.sale]
        documents = defaultdict(list)
        for document in self.env["magento.document"].search(
            [("sale_order_id", "in", sale_ids), ("kind", "!=", "order")], order="id"
        ):
            documents[document.sale_order_id.id].append(document)
        waiting = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", "order"),
                ("magento_id", "in", missing),
            ]
        )
        transfers = defaultdict(list)
        for picking in self.env["stock.picking"].search(
            [("sale_id", "in", sale_ids), ("state", "not in", ("done", "cancel"))]
        ):
            transfers[picking.sale_id.id].append(picking)
        return Causes(
            self.connection,
            documents,
            {document.magento_id: document for document in waiting},
            transfers,
        )

    def _values(self, each):
        """Return the values of a `magento.reconciliation.line`."""
        code = each.causes[0][0] if each.causes else "amounts"
        values = {
            "magento_order_id": each.magento_id,
            "increment_id": each.increment_id or (each.sale and each.sale.name),
            "order_date": each.date,
            "magento_state": each.figures.state if each.figures else False,
            "sale_order_id": each.sale.id if each.sale else False,
            "cause_code": code,
            "cause": "\n".join(dict.fromkeys(text for _code, text in each.causes)),
            "items": self._items_text(each),
        }
        if each.comparison is None:
            return {**values, "fingerprint": "malformed"}
        for name in ("odoo", "magento"):
            side = getattr(each.comparison, name)
            for kind in KINDS:
                values[f"{name}_qty_{kind}"] = side.quantity(kind)
            for kind in AMOUNTS:
                values[f"{name}_amount_{kind}"] = side.amounts[kind]
        return {
            **values,
            "currency_id": each.currency.id,
            "fingerprint": each.comparison.fingerprint,
        }

    def _items_text(self, each):
        """Return which items differ: one line for each."""
        if each.comparison is None or not (each.figures and each.sale):
            return False
        skus = {
            item.item_id: item.sku
            for item in (*each.figures.shipped, *each.figures.billed)
        }
        return "\n".join(
            self._item_text(kind, skus.get(item_id) or item_id, mine, theirs)
            for kind, items in each.comparison.pieces.items()
            for item_id, (mine, theirs) in items.items()
        )

    def _item_text(self, kind, sku, mine, theirs):
        lines = self.env["magento.reconciliation.line"]
        return lines._get_item_text(kind, sku, mine, theirs)
