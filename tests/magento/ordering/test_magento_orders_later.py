from odoo.tests import tagged

from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersLater(MagentoCommon):
    """Rules for states and payments, and who is told of what happens later."""

    def test_paid_rule(self):
        """When paid counts in cents, and without what was cancelled."""
        self.connection.payment_method_ids.sudo().import_rule = "paid"
        half_cent, rest, open_order = (self.place(("SKU-001", 2)) for _n in range(3))
        total = half_cent["grand_total"]
        self.change(half_cent, total_paid=float(total) - 0.005, state="processing")
        item = rest["items"][0]["item_id"]
        self.simulator.admin.invoice(rest["entity_id"], {item: 1})
        self.simulator.admin.ship(rest["entity_id"], {item: 1})
        self.simulator.admin.cancel(rest["entity_id"])
        self.change(open_order, total_paid=float(total) - 0.01, state="processing")
        self.run_import()
        self.assertTrue(self.sale(half_cent) and self.sale(rest))
        self.assertFalse(self.sale(open_order))

    def test_state_of_an_extension(self):
        """It is offered once an order has it, and its orders come in when chosen."""
        states = self.su["magento.order.state"]
        orders = [self.place("SKU-001") for _number in range(2)]
        for order in orders:
            self.change(order, state="awaiting_pickup")
        self.run_import()
        self.assertFalse(self.sale(orders[0]))
        state = states.search([("code", "=", "awaiting_pickup")])
        self.assertEqual(state.name, "Awaiting pickup")
        self.assertFalse(state.is_default)
        self.connection.import_state_ids += state
        self.run_import()
        self.assertTrue(self.sale(orders[0]) and self.sale(orders[1]))

    def test_activity_once(self):
        """Of an edited order that was invoiced somebody is told once."""
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        sale._create_invoices().action_post()
        self.simulator.admin.edit(order["entity_id"], [("SKU-001", 1)])
        log = self.run_import()
        self.assertEqual(len(sale.activity_ids), 1)
        self.assertEqual(self.messages(log, "warning").count(sale.name), 1)
        sale.activity_ids.action_done()
        self.run_import()
        self.assertFalse(sale.activity_ids)

    def test_same_activity(self):
        """The same question is not asked twice while nobody has answered it."""
        sale = self.import_one()
        for text in ("A & B", "A & B", "C"):
            sale._magento_schedule_activity("Look", text)
        self.assertEqual(len(sale.activity_ids), 2)
