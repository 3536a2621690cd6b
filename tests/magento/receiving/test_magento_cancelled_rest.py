from odoo.tests import tagged

from ..life import KINDS
from ..life_common import MagentoLifeCommon


@tagged("post_install", "-at_install")
class TestMagentoCancelledRest(MagentoLifeCommon):
    """A quarter is delivered and invoiced, and the rest of the order cancelled."""

    def live(self):
        """Live two lives until a quarter is delivered and invoiced."""
        self.begin([kind for kind in KINDS if kind.name in ("simple", "coupon")])
        parcel = (0.25, ["1Z1"])
        self.step(
            lambda lives: self.odoo.deliver(lives, *parcel),
            lambda life: self.assert_delivered(life, parcel),
        )
        self.step(
            lambda lives: self.odoo.invoice(lives, 0.25),
            lambda life: self.assert_invoiced(life, 0.25),
        )

    def test_in_magento(self):
        """Somebody is told once; when the order says the same, both sides agree."""
        self.live()
        for life in self.lives:
            self.cancel(life.order)
        told = self.messages(self.run_import(), "warning")
        self.run_all()
        self.assert_at_rest()
        for life in self.lives:
            left = life.order["total_canceled"]
            self.assertAlmostEqual(life.sale.magento_total_canceled, float(left), 2)
            self.assertEqual(told.count(life.sale.name), 1)
            self.assertIn("Resolution: ", life.sale.activity_ids.note)
            self.lower(life.sale)
        self.assert_equal_sides(len(self.lives))

    def test_in_magento_before_it_came_in(self):
        order = self.place(("SKU-001", 4))
        self.simulator.admin.invoice(
            order["entity_id"], {order["items"][0]["item_id"]: 1}
        )
        self.simulator.admin.ship(order["entity_id"], {order["items"][0]["item_id"]: 1})
        self.cancel(order)
        self.connection.import_state_ids = self.env["magento.order.state"].search([])
        told = self.messages(self.run_import(), "warning")
        sale = self.sale(order)
        self.assertIn(sale.name, told)
        self.assertEqual(len(sale.activity_ids), 1)

    def test_in_odoo(self):
        self.live()
        for life in self.lives:
            life.sale._action_cancel()
        self.run_all()
        self.assertEqual(self.posts("/cancel$"), len(self.lives))
        self.assert_at_rest()
        for life in self.lives:
            self.assertTrue(life.order["total_canceled"])
            self.assertFalse(life.sale.activity_ids)
        self.assert_equal_sides(len(self.lives))

    def lower(self, sale):
        """Lower the quantities of an order to what was delivered."""
        sale.action_unlock()
        for line in sale.order_line.filtered("qty_delivered"):
            if line.magento_role == "product":
                line.product_uom_qty = line.qty_delivered
        sale.picking_ids.filtered(lambda each: each.state != "done").action_cancel()
