from odoo.tests import tagged

from ..shared.pages import PageCase
from .common import ServiceCommon

ACTION = "coopcycle_magento.billing_service_order_{}action"


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestServiceTour(ServiceCommon, PageCase):
    """The whole life of a job, by three users."""

    def go(self, tour, user, action="", size="1366x768"):
        type(self).browser_size = self.browser_size = size  # versions ask either
        action = self.su.ref(ACTION.format(action))
        self.start_tour(f"/web#action={action.id}", tour, login=user.login)

    def test_three_users(self):
        """3.03 to 3.34: done on a narrow screen, checked, billed, paid and credited."""
        order = self.plan(hours=(), parts=())
        self.su["billing.service.part"].create(
            {
                "order_id": order.id,
                "product_id": self.product.id,
                "planned_quantity": 2,
            }
        )
        self.go("service_technician_tour", self.anna, "mine_", "390x844")
        self.assertEqual(order.hours_ids.duration, 2.5)
        self.assertEqual(order.hours_ids.technician_id, self.anna)
        self.assertEqual(order.part_ids.used_quantity, 3)
        self.go("service_dispatcher_tour", self.dispatcher)
        self.assertEqual(order.state, "done")
        self.go("service_biller_tour", self.biller, "to_invoice_")
        order.invalidate_recordset()
        self.assertEqual(order.invoice_state, "credited")
        self.assertEqual(len(order.payment_ids), 1)
