import json
import random
from pathlib import Path

from odoo import Command

from ...compat import QUANTITY_DIGITS_ID, product_kind
from ..shared.accounting_common import AccountingCommon
from ..shared.users import SHOP_ZONE, find_or_make
from ..simulators.magento import MagentoSimulator
from ..simulators.magento.order_actions import cancel, hold, unhold
from ..simulators.magento.order_lines import read_line
from ..simulators.magento.states import touch

DATA = Path(__file__).parents[1] / "data" / "magento"
RECORDINGS, CASES = DATA / "recordings", DATA / "cases"
USER = "coopcycle_magento.coopcycle_magento_group_user"
MANAGER = "coopcycle_magento.coopcycle_magento_group_manager"
# The lines of orders
ONE = ("SKU-001",)
TWO_PIECES = (("SKU-001", 2),)
THREE_PIECES = (("SKU-001", 3),)


class MagentoCommon(AccountingCommon):
    """A company in euros with a connection to a simulated shop, and its products.

    The one who works is a manager of Magento without accounting or stock rights.

    :cvar BOUGHT: the lines of orders, each as a tuple, that come in once for the class;
        every test has them, unchanged by the others: see `sell`
    """

    BOUGHT = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.set_accuracies(6, 4)
        cls.tax_20 = cls.make_tax(20, sequence=1)
        cls.manager = cls.make_user("manager", MANAGER)
        cls.clerk = cls.make_user("clerk", USER)
        cls.products = cls.make_products(MagentoSimulator().catalog)
        cls.env = cls.env(
            user=cls.manager, context={**cls.env.context, "tracking_disable": True}
        )
        cls.su = cls.env(su=True)
        cls.simulator = cls.enter_for_class(MagentoSimulator())
        cls.connection = cls.make_connection()
        cls.connection.action_fetch_configuration()
        cls.bought = cls.buy(cls.BOUGHT)

    def setUp(self):
        super().setUp()
        self.taken = set()
        self.simulator = MagentoSimulator()
        self.simulator.book.go_on_from(type(self).simulator.book)
        self.simulator.succeed(type(self).simulator)
        self.addCleanup(type(self).simulator.succeed, self.simulator)

    # Records

    @classmethod
    def set_accuracies(cls, price, quantity):
        """Set how many digits prices and quantities have."""
        cls.env.ref("product.decimal_price").sudo().digits = price
        cls.env.ref(QUANTITY_DIGITS_ID).sudo().digits = quantity

    @classmethod
    def make_user(cls, login, groups="", company=None):
        """Return a user of a company, who is where the shop is: both have one day."""
        env, company = cls.env(su=True), company or cls.company
        user = find_or_make(env, f"magento_{login}", groups, company)
        if user.tz != SHOP_ZONE:
            user.tz = SHOP_ZONE
        return user

    @classmethod
    def make_tax(cls, amount, **values):
        company = values.pop("company", cls.company)
        env = cls.env(su=True)
        group = env["account.tax.group"].create(
            {
                "name": f"Group {amount}",
                "company_id": company.id,
                "country_id": company.account_fiscal_country_id.id,
            }
        )
        return env["account.tax"].create(
            {
                "name": f"Tax {amount} {values}",
                "amount": amount,
                "company_id": company.id,
                "country_id": company.account_fiscal_country_id.id,
                "tax_group_id": group.id,
                **values,
            }
        )

    @classmethod
    def make_products(cls, catalog, **values):
        """Create a product for each of the shop's."""
        return cls.env["product.product"].create(
            [
                {
                    "name": product.name,
                    "default_code": product.sku,
                    **product_kind("service" if product.is_virtual else "product"),
                    "invoice_policy": "order",
                    "taxes_id": [Command.clear()],
                    **values,
                }
                for product in catalog
            ]
        )

    @classmethod
    def stock_up(cls, quantity):
        """Put so much of each product into the warehouse, and return the place."""
        location = (
            cls.su["stock.warehouse"]
            .search([("company_id", "=", cls.company.id)], limit=1)
            .lot_stock_id
        )
        for product in cls.products.filtered(lambda each: each.type != "service"):
            cls.su["stock.quant"]._update_available_quantity(
                product, location, quantity
            )
        return location

    def product(self, sku):
        return self.su["product.product"].search([("default_code", "=", sku)])

    @classmethod
    def make_connection(cls, simulator=None, user=None, **values):
        simulator = simulator or cls.simulator
        connections = cls.env["magento.connection"]
        known = connections.sudo().search([]).mapped("base_url")
        # A second one in the same company goes by another name of the shop's host
        alias = simulator.url.replace("127.0.0.1", "localhost")
        return connections.with_user(user or cls.manager).create(
            {
                "name": f"Shop {connections.sudo().search_count([])}",
                "base_url": alias if simulator.url in known else simulator.url,
                "auth_type": "oauth1",
                "consumer_key": simulator.consumer_key,
                "consumer_secret": simulator.consumer_secret,
                "access_token": simulator.access_token,
                "access_token_secret": simulator.access_token_secret,
                "import_since": "2020-01-01",
                "import_invoices_since": "2020-01-01",
                **values,
            }
        )

    # The shop

    def place(self, *lines, **terms):
        """Place an order; without lines, of one simple product.

        :return: the order in the shop's book, which may be changed
        """
        return self.simulator.place_order(lines or ONE, **terms)

    def place_random(self, seed, **terms):
        """Place an order with random lines, prices, discounts and rates."""
        draw = random.Random(seed)
        lines = []
        for sku in draw.sample(["SKU-001", "SKU-003", "TEE", "BUN-DYN", "VIRT-1"], 3):
            line = {
                "sku": sku,
                "qty": draw.randint(1, 12),
                "discount_percent": draw.choice([0, 0, 5, 7.5, 33.33]),
                "taxes": draw.choice([["FR20"], ["FR5"], ["FR20", "ECO"], []]),
            }
            if sku == "TEE":
                line["variant"] = draw.choice(["TEE-S", "TEE-M"])
            if sku != "BUN-DYN":
                line["price"] = f"{draw.uniform(0.3, 120):.2f}"
                line["discount"] = draw.choice([0, 0, "0.37"])
            lines.append(line)
        return self.place(
            *lines,
            **{
                "shipping_amount": f"{draw.uniform(0, 20):.2f}",
                "shipping_taxes": draw.choice([[], ["FR20"]]),
                "shipping_discount": draw.choice([0, "0.99"]),
                "store": draw.choice(["default", "us"]),
                "billing": {"country_id": "FR"},
                **terms,
            },
        )

    def add_rates(self):
        """Let the shop have more tax rates, and Odoo their taxes."""
        for code, percent in (("FR5", "5.5"), ("ECO", "1.25")):
            self.simulator.shop.add_tax_rate(code, percent, tax_class=-2)
            self.make_tax(float(percent))
        self.connection.action_fetch_configuration()

    def add_case(self, name, order_id):
        """Put an order of a real shop into the simulated one.

        :param name: of its file among the cases
        :param order_id: the id that it gets, also where its parts name it
        :return: the order in the shop's book
        """
        text = (CASES / f"{name}.json").read_text()
        entity_id = json.loads(text)["entity_id"]
        for field in ("entity_id", "parent_id", "order_id"):
            text = text.replace(f'"{field}": {entity_id},', f'"{field}": {order_id},')
        number = {"increment_id": f"{order_id:09}"}
        order = self.simulator.add_order(json.loads(text) | number)
        self.change(order)
        return order

    def change(self, order, **fields):
        """Change an order in the shop."""
        order |= fields
        touch(order, self.simulator.book)
        self.simulator.book.orders.changed(order)

    def pay(self, order):
        self.change(order, total_paid=order["grand_total"], state="processing")

    def cancel(self, order):
        cancel(self.simulator.book, self.simulator.shop, order)

    def hold(self, order):
        hold(self.simulator.book, self.simulator.shop, order)

    def release(self, order):
        unhold(self.simulator.book, order)

    # Orders that the class lets come in, all at once

    @classmethod
    def buy(cls, carts):
        """Place orders, and let them come in, for all tests of the class.

        :param carts: the lines of each order, as a tuple
        :return: [(lines, the order's id in the shop)]
        """
        ids = [cls.simulator.place_order(lines)["entity_id"] for lines in carts]
        if ids:
            cls.connection.run_operation("import_orders")
        return list(zip(carts, ids, strict=True))

    @classmethod
    def sales_of(cls, bought):
        """Return the sale orders of what was bought, in that order."""
        sales = cls.su["sale.order"].search(
            [
                ("magento_connection_id", "=", cls.connection.id),
                ("magento_order_id", "in", [str(number) for _x, number in bought]),
            ]
        )
        return sales.sorted(lambda sale: int(sale.magento_order_id))

    def take(self, bought, lines):
        """Return an order with these lines that the test has not taken yet.

        :param bought: what `buy` returned
        :param lines: none are those of `place`
        :return: the order in the shop's book, None if there is none
        """
        wanted = list(map(read_line, lines or ONE))
        for cart, number in bought:
            if number not in self.taken and list(map(read_line, cart)) == wanted:
                self.taken.add(number)
                return self.simulator.book.orders[number]
        return None

    # The import

    def sell(self, *lines, **terms):
        """Place an order and import it, or take one that the class let come in.

        :return: (the order in the shop's book, the sale order)
        """
        if not terms and (order := self.take(self.bought, lines)):
            return order, self.sale(order)
        order = self.place(*lines, **terms)
        return order, self.import_placed(order)

    def run_import(self, connection=None):
        """Run the import, and return its log."""
        return (connection or self.connection).run_operation("import_orders").sudo()

    def import_one(self, *lines, **terms):
        """Place an order and import it.

        :return: the sale order
        """
        return self.import_placed(self.place(*lines, **terms))

    def import_placed(self, order):
        self.run_import()
        return self.sale(order)

    def import_many(self, count, *lines, **terms):
        """Place as many equal orders, and let them come in at once.

        :return: the orders in the shop's book
        """
        orders = [self.place(*lines, **terms) for _number in range(count)]
        self.run_import()
        return orders

    def sale(self, order, connection=None):
        """Return the sale order of a shop's order, an empty record if there is none."""
        return self.su["sale.order"].search(
            [
                ("magento_connection_id", "=", (connection or self.connection).id),
                ("magento_order_id", "=", str(order["entity_id"])),
            ]
        )

    def document(self, order):
        """Return the document of an order that waits, or has waited."""
        return self.su["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("magento_id", "=", str(order["entity_id"])),
            ]
        )

    @staticmethod
    def messages(log, level=None):
        lines = log.line_ids.filtered(lambda line: level in (None, line.level))
        return "\n".join(lines.mapped("message"))

    @property
    def operation(self):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == "import_orders"
        )

    @staticmethod
    def deliver(sales):
        for move in sales.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
        sales.picking_ids.move_ids.picked = True
        sales.picking_ids.button_validate()

    # Assertions

    def assert_equal_totals(self, sale, order):
        """Total, taxes and untaxed amount are Magento's."""
        self.assertTrue(sale, f"{order['increment_id']} did not come in")
        found = (sale.amount_total, sale.amount_tax, sale.amount_untaxed)
        total, tax = order["grand_total"], order["tax_amount"]
        for mine, theirs in zip(found, (total, tax, total - tax), strict=True):
            self.assertAlmostEqual(mine, float(theirs), 2, sale.name)
        self.assertFalse(sale.magento_total_difference)

    def assert_state(self, sale, state):
        self.assertEqual(sale.state, state)


def recorded_orders():
    """Return all orders of the recordings, by id; the newest version of each."""
    found = {}

    def walk(value):
        if isinstance(value, dict):
            if {"grand_total", "items", "payment", "increment_id"} <= value.keys():
                newest = found.setdefault(value["entity_id"], value)
                if value["updated_at"] >= newest["updated_at"]:
                    found[value["entity_id"]] = value
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for path in sorted(RECORDINGS.glob("*.json")):
        walk(json.loads(path.read_text()))
    return found
