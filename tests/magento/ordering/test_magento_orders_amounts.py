import logging

from odoo.tests import tagged

from ...shared.versions import price_included
from ..common import MagentoCommon, recorded_orders

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestMagentoOrdersRecorded(MagentoCommon):
    """Every order of a real shop comes in with the shop's amounts."""

    def test_all(self):
        """Totals equal, and every item that was sold is on a line."""
        orders = recorded_orders()
        for order in orders.values():
            self.simulator.add_order(order)
        log = self.run_import()
        self.assertEqual(log.state, "done", self.messages(log))
        rows = []
        for order in orders.values():
            sale = self.sale(order)
            self.assert_equal_totals(sale, order)
            lines = sale.order_line
            fields = ("magento_item_id", "magento_child_item_id")
            ids = {line[name] for line in lines for name in fields} - {False}
            self.assertEqual(ids, {str(item["item_id"]) for item in order["items"]})
            rows.append((sale.name, sale.currency_id.name, sale.amount_total, len(ids)))
        table = "\n".join(f"{n:>12} {c} {t:>9.2f} {i:>3} items" for n, c, t, i in rows)
        _logger.info("%s recorded orders equal Magento's:\n%s", len(rows), table)


@tagged("post_install", "-at_install")
class TestMagentoOrdersAmounts(MagentoCommon):
    """Amounts equal Magento's, to the cent: other orders for each way to round."""

    def assert_random_orders(self, seeds):
        """Import random orders; all of them equal Magento's and are confirmed."""
        self.add_rates()
        orders = [self.place_random(seed) for seed in seeds]
        log = self.run_import()
        self.assertEqual(log.failed_count, 0, self.messages(log))
        for order in orders:
            sale = self.sale(order)
            self.assert_equal_totals(sale, order)
            self.assertEqual(sale.state, "sale")

    def test_random_total_rounding(self):
        self.assert_random_orders(range(25))

    def test_random_row_rounding(self):
        self.simulator.shop.rounding = "row"
        self.assert_random_orders(range(25, 50))

    def test_random_unit_rounding(self):
        self.simulator.shop.rounding = "unit"
        self.assert_random_orders(range(50, 75))

    def test_random_prices_with_tax(self):
        """The shop's prices include tax, and its discounts too."""
        for view in self.simulator.shop.views:
            view.prices_include_tax = view.shipping_includes_tax = True
        self.assert_random_orders(range(75, 100))

    def test_random_round_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.assert_random_orders(range(100, 125))

    def test_random_two_digits(self):
        """Odoo's default accuracy is enough for the totals of most orders."""
        self.set_accuracies(2, 2)
        self.assert_random_orders(range(125, 150))

    def test_random_taxes_included(self):
        """Odoo's taxes are within its prices: totals equal, taxes nearly."""
        self.tax_20.write(price_included())
        self.add_rates()
        self.su["account.tax"].search([("amount", "in", (5.5, 1.25))]).write(
            price_included()
        )
        orders = [self.place_random(seed) for seed in range(150, 175)]
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            self.assertAlmostEqual(sale.amount_total, order["grand_total"], 2)
            self.assertLess(abs(sale.magento_tax_difference), 0.051)
            self.assertEqual(sale.state, "sale")
