"""One page of orders: what is new comes in, what has changed is followed."""

from odoo import Command, _, tools

from .....tools.magento.amounts import MalformedOrderError
from .....tools.magento.order import read_order
from .changes import Changes
from .customers import Customers
from .lines import Lines
from .options import Options
from .places import Places
from .problems import Problem, refusal
from .products import Products
from .rounding import is_rounding
from .slow_path import at_once_or_one_by_one
from .stores import Currencies, Stores
from .taxes import Taxes
from .waiting import Waiting


class OrderPage:
    """Imports orders in batches, one by one where a batch is refused.

    :param connection: the `magento.connection`, elevated, in its company
    :param log: the `integration.process.log` of the run
    :param is_asked_for: somebody named these orders: no state or date leaves them out
    """

    def __init__(self, connection, log, is_asked_for=False):
        self.connection = connection
        connection = connection._for_importing()
        self.env = connection.env
        self.log = log
        self.is_asked_for = is_asked_for
        self.stores = Stores(connection)
        self.currencies = Currencies(connection)
        self.customers = Customers(connection, Places(self.env))
        self.products = Products(connection)
        self.options = Options(connection)
        self.lines = Lines(connection, self.products, Taxes(connection), self.options)
        self.changes = Changes(connection, log, self)
        self.waiting = Waiting(connection, log)
        self.prepared = {}

    def import_(self, raw_orders, result):
        """Import a page.

        :param raw_orders: orders as Magento gives them
        :param result: the `PageResult` to add to
        """
        self.waiting.load(raw_orders)
        orders = self._read(raw_orders, result)
        known = self._find_known(orders)
        self.changes.follow(
            [(o, known[o.magento_id]) for o in orders if o.magento_id in known], result
        )
        new = [order for order in orders if order.magento_id not in known]
        wanted = [order for order in new if self._is_wanted(order, result)]
        self._import_all(wanted, result)

    def _read(self, raw_orders, result):
        orders = []
        for raw in raw_orders:
            try:
                orders.append(read_order(raw))
            except MalformedOrderError as error:
                self.waiting.keep(raw, Problem("malformed", field=error.name))
                result.failed += 1
        return orders

    def fail(self, order, problem, result, sale=None):
        """Let an order wait.

        :param sale: the sale.order of one that came in before
        """
        self.waiting.keep(order.raw, problem, sale)
        result.failed += 1

    def waits(self, order):
        """Say whether an order has waited for this."""
        document = self.waiting.documents.get(order.magento_id)
        return bool(document) and document.sync_state == "pending"

    def _find_known(self, orders):
        sales = self.env["sale.order"].search(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", [order.magento_id for order in orders]),
            ]
        )
        return {sale.magento_order_id: sale for sale in sales}

    def _is_wanted(self, order, result):
        """Say whether an order is to come in by the rules."""
        if self._is_left_out(order):
            result.left_out += 1
            self.waiting.forget(order)
            return False
        return True

    def _is_left_out(self, order):
        if self.waiting.is_skipped(order):
            return True
        self.stores.payment_method(order)  # so that somebody can decide about it
        return bool(self.connection._why_left_out(order, self.is_asked_for))

    def _import_all(self, orders, result):
        """Create the orders for which nothing is missing."""
        if not orders:
            return
        self._load([line for order in orders for line in order.lines])
        good = []
        for order in orders:
            try:
                self.prepared[order.magento_id] = self._prepare_lines(order)
                good.append(order)
            except Problem as problem:
                self.fail(order, problem, result)
        refused = []

        def refuse(order, error):
            refused.append(order)
            self.fail(order, refusal(error), result)

        at_once_or_one_by_one(self.env, good, self._create, refuse)
        result.created += len(good) - len(refused)

    def _load(self, lines):
        self.products.load([line for line in lines if line.role != "bundle_title"])
        self.options.load(lines)

    def _prepare_lines(self, order):
        """Return the values of an order's lines, before anything is written.

        :raise Problem: something is missing for this order
        """
        store = self.stores.get(order.store_id)
        self.stores.check_payment(order)
        currency = self.currencies.pricelist(order, store).currency_id
        return self.lines.values(order, self.stores.carrier(order), currency)

    def replace_lines(self, order, sale):
        """Make the lines of a quotation anew.

        :raise Problem: something is missing for them
        """
        self._load(order.lines)
        values = self._prepare_lines(order)
        sale.order_line = [Command.clear(), *map(Command.create, values)]
        self._round_off(sale)

    def _create(self, orders):
        """Create sale orders and confirm those whose totals are equal."""
        stores = {order.store_id: self.stores.get(order.store_id) for order in orders}
        parties = self.customers.resolve(orders, stores)
        sales = self.env["sale.order"].create(
            [self._order_values(order, parties[order.magento_id]) for order in orders]
        )
        by_id = dict(zip((order.magento_id for order in orders), sales, strict=True))
        self._round_off(sales)
        self._link_edited(orders, by_id)
        self._settle(orders, by_id)
        for order in orders:
            self.waiting.forget(order, by_id[order.magento_id])

    def _order_values(self, order, parties):
        store = self.stores.get(order.store_id)
        method = self.stores.payment_method(order)
        carrier = self.stores.carrier(order)
        pricelist = self.currencies.pricelist(order, store)
        values = {
            "name": f"{self.connection.order_prefix or ''}{order.increment_id}",
            "company_id": self.connection.company_id.id,
            "partner_id": parties.partner.id,
            "partner_invoice_id": parties.invoice.id,
            "partner_shipping_id": parties.delivery.id,
            "date_order": order.created_at,
            "pricelist_id": pricelist.id,
            "warehouse_id": self.stores.warehouse(store).id,
            "team_id": store.team_id.id,
            "user_id": store.user_id.id,
            "carrier_id": carrier.id,
            "client_order_ref": order.increment_id,
            "note": order.customer_note and tools.plaintext2html(order.customer_note),
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                Command.create(values) for values in self.prepared[order.magento_id]
            ],
            "magento_connection_id": self.connection.id,
            "magento_order_id": order.magento_id,
            "magento_store_id": store.id,
            "magento_payment_method_id": method.id,
            "magento_remarks": "\n".join(dict.fromkeys(parties.remarks)) or False,
            "magento_shipping_method": order.shipping.method or False,
            **self.status_values(order, pricelist.currency_id),
        }
        if method.payment_term_id:  # else the customer's own
            values["payment_term_id"] = method.payment_term_id.id
        return values

    @staticmethod
    def status_values(order, currency):
        """Return what may change on an order in Magento after it came in.

        :param currency: the order's `res.currency`
        """
        return {
            "magento_increment_id": order.increment_id,
            "magento_state": order.state,
            "magento_status": order.status,
            "magento_updated_at": order.updated_at,
            "magento_billing_key": order.billing_key,
            "magento_delivery_key": order.delivery_key,
            "magento_grand_total": _rounded(order.grand_total, currency),
            "magento_base_rate": float(order.base_rate),
            "magento_tax_total": _rounded(order.tax_total, currency),
            "magento_total_paid": _rounded(order.total_paid, currency),
            "magento_total_canceled": _rounded(order.total_canceled, currency),
        }

    def _round_off(self, sales):
        """Add a rounding line where Magento's own amounts miss its total by cents."""
        self.env["sale.order.line"].create(
            [
                self.lines.rounding_values(sale)
                for sale in sales
                if not sale.currency_id.is_zero(sale.magento_total_difference)
                and is_rounding(sale.magento_total_difference, sale.currency_id)
            ]
        )

    def _link_edited(self, orders, by_id):
        """Link orders that replace an edited one to it."""
        edited = {order.edited_from_id for order in orders if order.edited_from_id}
        if not edited:
            return
        known = self.env["sale.order"].search(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", list(edited)),
            ]
        )
        olds = {sale.magento_order_id: sale for sale in known}
        for order in orders:
            if old := olds.get(order.edited_from_id):
                by_id[order.magento_id].magento_edited_from_id = old
                self.changes.cancel(old)

    def _settle(self, orders, by_id):
        """Confirm, or cancel what was over in Magento before it came in."""
        to_confirm = self.env["sale.order"]
        for order in orders:
            sale = by_id[order.magento_id]
            if order.state in ("canceled", "closed"):
                sale._action_cancel()
            elif sale._magento_equals():
                to_confirm |= sale
            else:
                self.log._add_lines([(self._difference_text(sale), sale)], "warning")
        to_confirm._magento_confirm()
        for order in orders:
            self.changes.tell_of_rest(order, by_id[order.magento_id])

    def _difference_text(self, sale):
        return _(
            "Order %(number)s is a quotation: Magento's total is %(magento)s with taxes"
            " of %(magento_tax)s, Odoo's %(odoo)s with %(odoo_tax)s. Resolution:"
            " %(remedy)s",
            number=sale.name,
            magento=sale.magento_grand_total,
            magento_tax=sale.magento_tax_total,
            odoo=sale.amount_total,
            odoo_tax=sale.amount_tax,
            remedy=self._remedy_for_difference(sale),
        )

    def _remedy_for_difference(self, sale):
        if self.connection._missing_accuracies():
            return _(
                "raise the accuracies on the connection, then press Refresh from"
                " Magento on the order."
            )
        if any(sale.order_line.tax_id.mapped("price_include")):
            return _(
                "choose taxes that are not included in prices at Configuration ▸ Taxes,"
                " then press Refresh from Magento on the order."
            )
        return _(
            "compare its lines with Magento's and the taxes at Configuration ▸ Taxes;"
            " after a change there press Refresh from Magento on the order, or correct"
            " and confirm it by hand."
        )


def _rounded(amount, currency):
    """Return an amount as it is read back after it was stored."""
    return round(currency.round(float(amount)), currency.decimal_places)
