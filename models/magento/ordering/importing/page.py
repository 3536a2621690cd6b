"""One page of orders: what is new comes in, what has changed is followed."""

from collections import defaultdict

from odoo import Command

from .....tools.magento.amounts import MalformedOrderError
from .....tools.magento.order import read_order
from .....tools.magento.order_figures import read_shipped
from ...connection.magento_messages import MagentoMessages
from .catalog import Catalog
from .changes import Changes
from .customers import Customers
from .difference import Difference
from .found import Found
from .lines import Lines
from .places import Places
from .problems import Problem, refusal
from .products import Products
from .replaced import Replaced
from .slow_path import at_once_or_in_parts, one_by_one
from .stores import Stores
from .taxes import Taxes
from .waiting import Waiting


class OrderPage:
    """Imports orders in batches, in smaller ones where a batch is refused.

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
        self.customers = Customers(connection, Places(self.env))
        catalog = Catalog(connection)
        self.products = Products(connection, catalog)
        self.lines = Lines(connection, self.products, Taxes(connection), catalog)
        self.changes = Changes(connection, log, self)
        self.waiting = Waiting(connection, log)
        self.difference = Difference(connection)
        self.found = {}
        self.namesakes = set()
        self.replaced = set()

    def import_(self, raw_orders, result):
        """Import a page.

        :param raw_orders: orders as Magento gives them
        :param result: the `PageResult` to add to
        """
        self.waiting.load(raw_orders)
        orders = self._read(raw_orders, result)
        known = self._find_known([order.magento_id for order in orders])
        self.changes.follow(
            [(o, known[o.magento_id]) for o in orders if o.magento_id in known], result
        )
        new = [order for order in orders if order.magento_id not in known]
        decided = one_by_one(new, self._is_wanted, self._get_refuser(result))
        wanted = [order for order, is_wanted in decided if is_wanted]
        result.left_out += len(decided) - len(wanted)
        self._import_all(wanted, result)

    def keep_broken(self, broken, result):
        """Let an order wait at which the shop's list fails.

        :param broken: the `Broken`
        :param result: the `PageResult` to add to
        """
        raw = {"entity_id": broken.magento_id}
        self.waiting.load([raw])
        text = MagentoMessages(self.env).text(broken.error)
        sale = self._find_known([broken.magento_id]).get(broken.magento_id)
        self.waiting.keep(raw, Problem("not_listed", error=text), sale)
        result.failed += 1

    def _read(self, raw_orders, result):
        orders = []
        for raw in raw_orders:
            try:
                orders.append(self._read_own(raw))
            except MalformedOrderError as error:
                self.waiting.keep(raw, Problem("malformed", field=error.name))
                result.failed += 1
            except Problem as problem:
                self.waiting.keep(raw, problem)
                result.failed += 1
        return orders

    def _read_own(self, raw):
        """Read an order; alone where a list mixes it up with another one.

        :raise Problem: even alone it is given with an address of another order
        """
        order = read_order(raw)
        if order.mixed_up_with:
            with self.connection._get_client() as client:
                order = read_order(client.get(f"orders/{order.magento_id}"))
        if order.mixed_up_with:
            raise Problem("address_of_another", other=order.mixed_up_with)
        return order

    def fail(self, order, problem, result, sale=None):
        """Let an order wait.

        :param sale: the sale.order of one that came in before
        """
        self.waiting.keep(order.raw, problem, sale)
        result.failed += 1

    def _get_refuser(self, result):
        return lambda order, error: self.fail(order, refusal(error), result)

    def waits(self, order):
        """Say whether an order has waited for this."""
        document = self.waiting.documents.get(order.magento_id)
        return bool(document) and document.sync_state == "pending"

    def _find_known(self, magento_ids):
        """Return {Magento order id: sale.order} of those that are here."""
        sales = self.env["sale.order"].search(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", magento_ids),
            ]
        )
        return {sale.magento_order_id: sale for sale in sales}

    def _is_wanted(self, order):
        """Say whether an order is to come in by the rules."""
        if self._is_left_out(order):
            self.waiting.forget(order)
            return False
        return True

    def _is_left_out(self, order):
        if self.waiting.is_skipped(order):
            return True
        self.stores.get_payment_method(order)  # so that somebody can decide about it
        self.stores.keep_state(order)
        return bool(self.connection._why_left_out(order, self.is_asked_for))

    def _import_all(self, orders, result):
        """Create the orders for which nothing is missing."""
        if not orders:
            return
        self._load([line for order in orders for line in order.lines])
        sales = self.env["sale.order"]
        self.namesakes = sales._magento_find_namesakes(self.connection, orders)
        self.replaced = Replaced(self.connection).find(orders)
        found = one_by_one(orders, self._find_new, self._get_refuser(result))
        self.found.update((order.magento_id, each) for order, each in found)
        good, refused = [order for order, _found in found], []

        def refuse(order, error):
            refused.append(order)
            self.fail(order, refusal(error), result)

        at_once_or_in_parts(self.env, good, self._create, refuse)
        result.created += len(good) - len(refused)

    def _find_new(self, order):
        self._check_is_new(order)
        return self.find(order)

    def _check_is_new(self, order):
        """Check that an order is not here under its name.

        :raise Problem: it is
        """
        name = self.env["sale.order"]._magento_get_name(self.connection, order)
        if name in self.namesakes:
            raise Problem("order_there", order=name)

    def _load(self, lines):
        self.products.load([line for line in lines if line.role != "bundle_title"])

    def find(self, order):
        """Return the `Found` of an order but its parties, before anything is written.

        :raise Problem: something is missing for this order
        """
        stores, store = self.stores, self.stores.get(order)
        self.connection._check_before_import(order, stores.get_payment_method(order))
        pricelist, carrier = stores.get_pricelist(order), stores.get_carrier(order)
        return Found(
            connection=self.connection,
            store=store,
            payment_method=stores.get_payment_method(order),
            warehouse=stores.get_warehouse(store),
            carrier=carrier,
            pricelist=pricelist,
            lines=self.lines.values(order, carrier, pricelist.currency_id),
        )

    def replace_lines(self, order, sale):
        """Make the lines of a quotation anew; what is invoiced stays invoiced.

        :raise Problem: something is missing for them
        """
        self._load(order.lines)
        known = defaultdict(list)
        for line in sale.order_line:
            known[line.magento_role, line.magento_item_id].append(line.id)
        commands = []
        for values in self.find(order).lines:
            same = known[values["magento_role"], values.get("magento_item_id", False)]
            is_there = same and Command.update(same.pop(0), values)
            commands.append(is_there or Command.create(values))
        gone = [Command.delete(each) for lines in known.values() for each in lines]
        sale.order_line = commands + gone
        self._round_off(sale)

    def _create(self, orders):
        """Create sale orders and confirm those whose totals are equal."""
        stores = {order.store_id: self.stores.get(order) for order in orders}
        parties = self.customers.resolve(orders, stores)
        model, values = self.env["sale.order"], []
        for order in orders:
            found = self.found[order.magento_id]
            found.parties = parties[order.magento_id]
            values.append(model._magento_prepare_vals(order, found))
        sales = model.create(values)
        by_id = dict(zip((order.magento_id for order in orders), sales, strict=True))
        self._round_off(sales)
        self._link_edited(orders, by_id)
        self._settle(orders, by_id)
        for order in orders:
            self.waiting.forget(order, by_id[order.magento_id])

    def _round_off(self, sales):
        """Add a rounding line where Magento's own amounts miss its total by cents."""
        self.env["sale.order.line"].create(
            [
                self.lines.rounding_values(sale)
                for sale in sales
                if sale._magento_needs_rounding()
            ]
        )

    def _link_edited(self, orders, by_id):
        """Link orders that replace an edited one to it, and cancel that one."""
        edited = self._find_known(list(self.replaced)) if self.replaced else {}
        for order in orders:
            if old := edited.get(order.edited_from_id):
                by_id[order.magento_id].magento_edited_from_id = old
                is_news = old.magento_state != "canceled"
                old.magento_state = "canceled"
                self.changes.cancel(old, is_news)

    def _settle(self, orders, by_id):
        """Confirm, or cancel what was over in Magento before it came in."""
        to_confirm = self.env["sale.order"]
        for order in orders:
            sale = by_id[order.magento_id]
            if order.state in ("canceled", "closed") and not read_shipped(order.raw):
                sale._action_cancel()
            elif sale._magento_equals():
                to_confirm |= sale
            else:
                self.tell_difference(order, sale)
        to_confirm._magento_confirm()
        for order in orders:
            if order.state in ("canceled", "closed"):
                self.changes.close_shipped(order, by_id[order.magento_id])
            self.changes.report_canceled_rest(order, by_id[order.magento_id])

    def tell_difference(self, order, sale):
        """Say why an order is not confirmed, in the log and on the order itself."""
        text = self.difference.text(order, sale)
        self.log._add_lines([(text, sale)], "warning")
        sale._message_log(body=text)
