import json

from odoo.tests import tagged

from ..ordering.recorded_common import RecordedCommon
from .test_magento_reconciliation import ReconciliationCommon


@tagged("post_install", "-at_install")
class TestMagentoReconciliationOdd(RecordedCommon, ReconciliationCommon):
    """Orders as roundings and extensions show them."""

    def test_total_of_half_a_cent(self):
        """Magento does not round it where the discount of 1.25 pieces is not."""
        order = self.recorded("total_of_half_a_cent")
        rate = self.connection.tax_ids.filtered(lambda rate: rate.rate == 8.375)
        rate.sudo().tax_id = self.su["account.tax"].search([("amount", "=", 8.375)])
        self.change(order, created_at=self.place()["created_at"])
        self.run_import()
        self.assertEqual(self.sale(order).state, "sale")
        self.assert_equal_sides(2)

    def show_without_id(self, order, breakage="missing"):
        """Let the shop list an order without an id that anybody could ask for."""
        orders = self.simulator.book.orders
        shown = json.loads(json.dumps(orders.shown(order)))
        if breakage == "missing":
            del shown["entity_id"]
        else:
            shown["entity_id"] = breakage
        orders.show_as(order["entity_id"], json.dumps(shown))

    def test_orders_without_id(self):
        """They differ, and the others are compared; the pages go on behind them."""
        self.connection.page_size = 2
        orders = [self.place() for _number in range(7)]
        self.run_import()
        odd = (None, "odd", "missing", -5)
        for order, breakage in zip(orders[::2], odd, strict=True):
            self.show_without_id(order, breakage)
        found = self.reconcile()
        self.assertEqual(found.state, "done")
        broken = found.line_ids.filtered(lambda line: line.cause_code == "malformed")
        self.assertEqual(
            set(broken.mapped("increment_id")),
            {order["increment_id"] for order in orders[::2]},
        )
        self.assertEqual(len(broken), 4)
        self.assertEqual(found.equal_count, 3)
        broken.action_check_again()  # nobody can ask for them
        self.assertEqual(set(broken.mapped("state")), {"open"})

    def test_only_order_without_id(self):
        order = self.place()
        self.show_without_id(order)
        self.assertEqual(self.reconcile().line_ids.cause_code, "malformed")

    def test_list_without_ids(self):
        """A list in which no order has an id cannot be read on."""
        self.connection.page_size = 2
        for order in [self.place() for _number in range(4)]:
            self.show_without_id(order)
        wizard = self.env["magento.reconciliation.wizard"].create(
            {"connection_id": self.connection.id, "period": "days"}
        )
        action = wizard.action_reconcile()
        found = self.env["magento.reconciliation"].browse(action["res_id"])
        self.assertEqual(found.state, "failed")
        self.assertIn("could not be understood", found.last_error)
