from functools import partial

from odoo.tests import tagged

from ....compat import SOLD_TAXES
from ....models.magento.ordering.importing.problems import Problem
from ..common import MagentoCommon


class ExtendingCommon(MagentoCommon):
    """Another addon that inherits a model, and calls `super()`."""

    def extend(self, model, name, override):
        """Let a method do something else, as a class with `_inherit` would.

        :param override: takes what `super()` does, the records, and the arguments
        """
        registry_class = self.registry[model]
        base = getattr(registry_class, name)

        def method(records, *args, **kwargs):
            return override(partial(base, records), records, *args, **kwargs)

        self.patch(registry_class, name, method)


@tagged("post_install", "-at_install")
class TestMagentoOrdersExtending(ExtendingCommon):
    """Values, matches and rules of an import are methods that others override."""

    def test_field_of_orders(self):
        def values(base, _model, order, found):
            origin = f"{found.store.code}: {order.customer.email}"
            return {**base(order, found), "origin": origin}

        self.extend("sale.order", "_magento_prepare_vals", values)
        order = self.place()
        sale = self.import_placed(order)
        self.assertEqual(sale.origin, f"default: {order['customer_email']}")
        self.assertEqual(sale.state, "sale")

    def test_field_of_lines(self):
        def values(base, _model, line, row, chosen=()):
            return {**base(line, row, chosen), "customer_lead": line.weight + 7}

        self.extend("sale.order.line", "_magento_prepare_vals", values)
        sale = self.import_one("SKU-001", "SKU-002", shipping_amount=5)
        leads = [(x.magento_role, x.customer_lead >= 7) for x in sale.order_line]
        self.assertEqual(
            leads, [("product", True), ("product", True), ("shipping", False)]
        )

    def test_values_of_partners(self):
        """Customers and contacts are new ones of the same method."""

        def values(base, _model, address, places):
            return {**base(address, places), "street": address.street.upper()}

        self.extend("res.partner", "_magento_prepare_vals", values)
        sale = self.import_one(shipping={"street": ["small lane 7"], "city": "Lyon"})
        self.assertEqual(sale.partner_id.street, sale.partner_id.street.upper())
        self.assertNotEqual(sale.partner_shipping_id, sale.partner_id)
        self.assertEqual(sale.partner_shipping_id.street, "SMALL LANE 7")

    def test_match_of_customers(self):
        """By something else than id and e-mail, for a page of orders at once."""
        known = self.su["res.partner"].create(
            [{"name": f"P{number}", "ref": f"CARD-{number}"} for number in range(2)]
        )
        pages = []

        def match(base, model, connection, orders):
            pages.append(len(orders))
            cards = {order.magento_id: order.customer.name for order in orders}
            found = model.search([("ref", "in", list(cards.values()))])
            by_card = {partner.ref: partner for partner in found}
            own = {key: by_card[c] for key, c in cards.items() if c in by_card}
            return {**base(connection, orders), **own}

        self.extend("res.partner", "_magento_match", match)
        orders = [
            self.place(
                customer={
                    "email": f"x{number}@example.com",
                    "firstname": f"CARD-{number}",
                    "lastname": "",
                }
            )
            for number in range(3)
        ]
        self.run_import()
        self.assertEqual(pages, [3])
        partners = [self.sale(order).partner_id for order in orders]
        self.assertEqual(partners[:2], list(known))
        self.assertEqual(partners[2].email, "x2@example.com")

    def test_match_of_products(self):
        """By another field than the internal reference."""
        product = self.product("SKU-003")
        product.write({"default_code": "our own", "barcode": "SKU-003"})

        def match(base, model, connection, skus, active=True):
            found = model.search([("barcode", "in", list(skus))])
            return {**base(connection, skus, active), **found.grouped("barcode")}

        self.extend("product.product", "_magento_match", match)
        sale = self.import_one("SKU-003", "SKU-001")
        sold = sale.order_line.filtered("magento_item_id").product_id
        self.assertEqual(sold, product | self.product("SKU-001"))

    def test_created_products(self):
        """What is made for an SKU is found by it, whatever reference it gets."""
        self.connection.create_products = True
        self.simulator.catalog.add("NEW", "New thing", 5)

        def values(base, _model, connection, line):
            return {**base(connection, line), "default_code": f"SHOP-{line.sku}"}

        self.extend("product.product", "_magento_prepare_vals", values)
        sale = self.import_one("NEW", ("NEW", 2))
        sold = sale.order_line.filtered("magento_item_id").product_id
        self.assertEqual(sold.mapped("default_code"), ["SHOP-NEW"])

    def test_match_of_taxes(self):
        """The rate's country, or whatever else an addon knows, may decide."""
        other = self.make_tax(20, name="Another 20 %")
        rates = self.connection.tax_ids
        own = self.su["magento.tax"].create(
            {
                "connection_id": self.connection.id,
                "code": "ours",
                "rate": 20,
                "tax_id": other.id,
            }
        )

        def match(base, _model, connection, code, percent):
            return own if percent == 20 else base(connection, code, percent)

        self.extend("magento.tax", "_match", match)
        sale = self.import_one({"sku": "SKU-001", "taxes": ["FR20"]})
        self.assertEqual(sale.order_line[:1][SOLD_TAXES], other)
        self.assertEqual(self.connection.tax_ids - rates, own)

    def test_rule(self):
        """An order that an own rule leaves out stays in Magento, as with ours."""

        def why(base, _connection, order, is_asked_for=False):
            if order.state == "processing" and not order.is_paid:
                return "Not paid yet"
            return base(order, is_asked_for)

        self.extend("magento.connection", "_why_left_out", why)
        out, wanted = self.place(state="processing"), self.place()
        log = self.run_import()
        self.assertIn("1 were left out", self.messages(log))
        self.assertEqual([bool(self.sale(out)), bool(self.sale(wanted))], [False, True])
        self.pay(out)
        self.run_import()
        self.assertTrue(self.sale(out))

    def test_cause_of_waiting(self):
        """An order waits with words of another addon, until that lets it in."""
        limit = [10]

        def check(base, _connection, order, method):
            base(order, method)
            if order.grand_total > limit[0]:
                raise Problem("too_dear", limit=limit[0])

        def texts(base, _model):
            return {**base(), "too_dear": "It costs more than %(limit)s."}

        self.extend("magento.connection", "_check_before_import", check)
        self.extend("magento.document", "_get_problem_texts", texts)
        order = self.place(("SKU-001", 30))
        log = self.run_import()
        self.assertIn("waits. It costs more than 10.", self.messages(log, "error"))
        self.assertEqual(self.document(order).error_code, "too_dear")
        limit[0] = 10**6
        self.assertTrue(self.import_placed(order))

    def test_change(self):
        """What else an order may change is compared, written, and left alone."""

        def values(base, _model, order, currency):
            team = self.team.id if order.status == "special" else False
            return {**base(order, currency), "team_id": team, "origin": order.status}

        self.team = self.su["crm.team"].create({"name": "Special"})
        self.extend("sale.order", "_magento_prepare_status_vals", values)
        order = self.place()
        sale = self.import_placed(order)
        self.change(order, status="special")
        log = self.run_import()
        self.assertEqual((sale.team_id, sale.origin), (self.team, "special"))
        self.assertEqual(log.done_count, 1)
        self.assertEqual(self.run_import().done_count, 0)
