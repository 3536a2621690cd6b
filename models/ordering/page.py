"""One page of orders: what is new comes in, what has changed is followed."""

from psycopg2 import OperationalError

from odoo import Command, _
from odoo.tools import float_compare, float_is_zero

from ...tools.magento.amounts import MalformedOrderError
from ...tools.magento.order import read_order
from .changes import Changes
from .customers import Customers
from .lines import Lines
from .options import Options
from .places import Places
from .problems import Problem
from .products import Products
from .result import PageResult
from .stores import Currencies, Stores
from .taxes import Taxes
from .waiting import Waiting

# A larger difference between the two totals is no rounding
LARGEST_ROUNDING = 0.05


class OrderPage:
    """Imports orders in batches, one by one where a batch is refused.

    :param connection: the `magento.connection`, elevated, in its company
    :param log: the `integration.process.log` of the run
    :param is_asked_for: somebody named these orders: no state or date leaves them out
    """

    def __init__(self, connection, log, is_asked_for=False):
        self.connection = connection
        self.env = connection.env(
            context={
                **connection.env.context,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "mail_notrack": True,
                "magento_importing": True,
            }
        )
        connection = connection.with_env(self.env)
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

    def import_(self, raw_orders):
        """Import a page.

        :param raw_orders: orders as Magento gives them
        :return: a `PageResult`
        """
        result = PageResult()
        self.waiting.load([str(raw.get("entity_id")) for raw in raw_orders])
        orders = self._read(raw_orders, result)
        known = self._find_known(orders)
        self.changes.follow(
            [
                (order, known[order.magento_id])
                for order in orders
                if order.magento_id in known
            ],
            result,
        )
        new = [order for order in orders if order.magento_id not in known]
        wanted = [order for order in new if self._is_wanted(order, result)]
        self._import_all(wanted, result)
        return result

    def _read(self, raw_orders, result):
        orders = []
        for raw in raw_orders:
            try:
                orders.append(read_order(raw))
            except MalformedOrderError as error:
                self.waiting.keep(raw, Problem("malformed", field=error.name))
                result.failed += 1
        return orders

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
        connection = self.connection
        if not self.stores.imports(order.store_id):
            return True
        if self.stores.payment_rule(order) == "never":
            return True
        if self.stores.payment_rule(order) == "paid" and not order.is_paid:
            return True
        if self.is_asked_for:
            return False
        if order.state not in connection.import_state_ids.mapped("code"):
            return True
        since = connection.import_since
        return bool(since and order.created_at < since)

    def _import_all(self, orders, result):
        """Create the orders at once; if that is refused, one by one."""
        if not orders:
            return
        self._load([line for order in orders for line in order.lines])
        good = []
        for order in orders:
            try:
                self.prepared[order.magento_id] = self._prepare_lines(order)
                good.append(order)
            except Problem as problem:
                self._fail(order, problem, result)
        try:
            with self.env.cr.savepoint():
                self._create(good)
            result.created += len(good)
        except OperationalError:
            raise
        except Exception as error:  # one bad order must not stop the others
            self.env.invalidate_all()
            self._import_one_by_one(good, error, result)

    def _import_one_by_one(self, orders, error, result):
        if len(orders) == 1:
            self._fail(orders[0], Problem("refused", reason=str(error)), result)
            return
        for order in orders:
            try:
                with self.env.cr.savepoint():
                    self._create([order])
                result.created += 1
            except OperationalError:
                raise
            except Exception as refusal:
                self.env.invalidate_all()
                self._fail(order, Problem("refused", reason=str(refusal)), result)

    def _fail(self, order, problem, result):
        self.waiting.keep(order.raw, problem)
        result.failed += 1

    def _load(self, lines):
        self.products.load([line for line in lines if line.role != "bundle_title"])
        self.options.load(lines)

    def _prepare_lines(self, order):
        """Return the values of an order's lines, before anything is written.

        :raise Problem: something is missing for this order
        """
        store = self.stores.get(order.store_id)
        self.stores.check_payment(order)
        self.currencies.pricelist(order, store)
        return self.lines.values(order, self.stores.carrier(order))

    def _create(self, orders):
        """Create sale orders and confirm those whose totals are equal."""
        if not orders:
            return
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
        return {
            "name": f"{self.connection.order_prefix or ''}{order.increment_id}",
            "company_id": self.connection.company_id.id,
            "partner_id": parties.partner.id,
            "partner_invoice_id": parties.invoice.id,
            "partner_shipping_id": parties.delivery.id,
            "date_order": order.created_at,
            "pricelist_id": self.currencies.pricelist(order, store).id,
            "warehouse_id": self.stores.warehouse(store).id,
            "team_id": store.team_id.id,
            "user_id": store.user_id.id,
            "carrier_id": carrier.id,
            "payment_term_id": method.payment_term_id.id,
            "client_order_ref": order.increment_id,
            "note": order.customer_note or False,
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
            **self.status_values(order),
        }

    @staticmethod
    def status_values(order):
        """Return what may change on an order in Magento after it came in."""
        return {
            "magento_increment_id": order.increment_id,
            "magento_state": order.state,
            "magento_status": order.status,
            "magento_updated_at": order.updated_at,
            "magento_grand_total": float(order.grand_total),
            "magento_tax_total": float(order.tax_total),
            "magento_total_paid": float(order.total_paid),
        }

    def _round_off(self, sales):
        """Add a rounding line where Magento's own amounts miss its total by cents."""
        values = []
        for sale in sales:
            difference = sale.magento_total_difference
            if float_is_zero(difference, precision_rounding=sale.currency_id.rounding):
                continue
            if (
                float_compare(abs(difference), LARGEST_ROUNDING, precision_digits=6)
                <= 0
            ):
                line = self.lines.rounding_values(difference)
                values.append({**line, "order_id": sale.id})
        self.env["sale.order.line"].create(values)

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
            if order.edited_from_id in olds:
                by_id[order.magento_id].magento_edited_from_id = olds[
                    order.edited_from_id
                ]

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

    def _difference_text(self, sale):
        return _(
            "Order %(number)s is a quotation: Magento's total is %(magento)s, Odoo's"
            " %(odoo)s. Resolution: look at its lines, then confirm it by hand.",
            number=sale.name,
            magento=sale.magento_grand_total,
            odoo=sale.amount_total,
        )
