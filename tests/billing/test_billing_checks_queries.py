from odoo import Command
from odoo.tests import tagged

from ...models.billing.checking import CHECKS, Facts, run
from .checks_common import ChecksCommon


@tagged("post_install", "-at_install")
class TestBillingChecksQueries(ChecksCommon):
    """Checks of many invoices ask the database once for all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.billing_check_vies = True
        cls.france = cls.env.ref("base.fr")
        cls.pound = cls.env.ref("base.GBP")
        cls.pound.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.pound.id, "name": "2024-01-01", "rate": 0.8}
        )
        cls.env["account.fiscal.position"].create(
            {
                "name": "France",
                "auto_apply": True,
                "country_id": cls.france.id,
                "company_id": cls.company.id,
            }
        )

    def make_many(self, count):
        """Return drafts of as many customers, products and orders, half in pounds."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Pounds", "currency_id": self.pound.id}
        )
        orders = self.env["sale.order"]
        for number in range(count):
            customer = self.make_customer(
                f"Customer {number}",
                country_id=self.france.id,
                vat="FR40303265045",
                zip=f"{75000 + number}",
            )
            self.product = self.make_product(f"Bread {number}")
            values = {"pricelist_id": pricelist.id} if number % 2 else {}
            orders |= self.make_order(customer=customer, **values)
        moves = orders._create_invoices()
        self.assertEqual(len(moves), count)
        self.env.flush_all()
        return moves

    def count(self, moves, is_warm=False):
        """Return how many queries it takes to check invoices and keep the findings."""
        self.env.flush_all()
        self.env.invalidate_all()
        if is_warm:
            run(CHECKS, moves, Facts(moves))
            self.env["billing.finding"].default_get(["code"])
        before = self.cr.sql_log_count
        moves._billing_find()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_at_most_one_each(self):
        """A batch of twenty asks at most once for each invoice beyond what is read."""
        self.make_many(2)._billing_find()  # what Odoo caches is cached now
        self.assertLessEqual(self.count(self.make_many(20), is_warm=True), 20)

    def test_same_for_many(self):
        """Twelve invoices take no more queries than four."""
        few, many = self.make_many(4), self.make_many(12)
        few._billing_find()
        self.count(few)
        self.assertLessEqual(self.count(many), self.count(few) + 2)

    def test_many_lines(self):
        """Nor do invoices with many lines."""
        order = self.make_order()
        order.order_line = [
            Command.create({"product_id": self.make_product(f"Bun {number}").id})
            for number in range(30)
        ]
        long, short = self.bill(order), self.bill()
        (long | short)._billing_find()
        self.assertLessEqual(self.count(long), self.count(short) + 2)
