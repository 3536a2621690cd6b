from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...tools.coopcycle.api import Delivery, Ending, Reading
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingCouriers(BillingCommon):
    """What a courier brings is billed when it has arrived, if the policy says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.instance = cls.su["coopcycle.connection"]._get_default()
        cls.carrier = cls.su["delivery.carrier"].create(
            {
                "name": "Courier",
                "delivery_type": "coopcycle",
                "coopcycle_connection_id": cls.instance.id,
                "product_id": cls.product.id,
            }
        )

    def send(self, order):
        """Deliver an order by courier.

        :return: the courier's delivery
        """
        picking = order.picking_ids
        delivery = self.su["coopcycle.delivery"].create(
            {
                "picking_id": picking.id,
                "carrier_id": self.carrier.id,
                "connection_id": self.instance.id,
                "sync_state": "done",
                "courier_state": "new",
                "coopcycle_id": picking.id,
            }
        )
        self.deliver(order)
        return delivery

    def tell(self, delivery, state, at=None):
        """Let CoopCycle have told how far a delivery is."""
        answer = Delivery(delivery.coopcycle_id, delivery.reference, "DONE", "DONE", "")
        ending = Ending(at) if state in ("completed", "failed") else None
        delivery._write_reading(Reading(answer, state, ending))
        self.env.cr.precommit.run()

    def decision(self, order):
        return self.su["billing.decision"].search([("sale_order_id", "=", order.id)])

    def test_billed_when_it_has_arrived_and_not_before(self):
        """The moment of what is billed is that of the arrival."""
        policy = self.make_policy(waits_for_courier=True, invoice_date="event")
        self.assertIn("once they have arrived", policy.sentence)
        order, other = self.sell(2), self.sell(1)
        delivery = self.send(order)
        self.deliver(other)
        self.assertFalse(self.bill(order))
        self.assertEqual(self.bill(other).state, "posted", "no courier brings it")
        decision = self.decision(order)
        self.assertEqual(decision.state, "pending")
        self.assertIn("when the courier", decision.reason)
        unbilled = self.su["billing.unbilled"].search([("order_id", "=", order.id)])
        self.assertIn("when the courier", unbilled.reason)
        self.tell(delivery, "in_transit")
        self.assertFalse(self.bill(order))
        arrival = fields.Datetime.now() + timedelta(hours=23)
        self.tell(delivery, "completed", at=arrival)
        invoice = self.bill(order)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_date, policy._to_company_day(arrival))
        self.assertEqual(decision.event_at, arrival)
        self.tell(delivery, "completed", at=arrival)
        self.assertEqual(self.bill(order), invoice)

    def test_a_courier_who_does_not_come_holds_it_until_he_or_another_one_does(self):
        self.make_policy(waits_for_courier=True)
        order = self.sell(2)
        delivery = self.send(order)
        self.tell(delivery, "failed")
        self.assertFalse(self.bill(order))
        decision = self.decision(order)
        self.assertEqual(
            (decision.state, decision.error_code), ("held", "courier_failed")
        )
        decision.with_user(self.approver).action_try_again()
        self.assertFalse(self.bill(order))
        self.tell(delivery, "completed")
        self.assertEqual(self.bill(order).state, "posted")
        # Cancelled by people: it goes another way
        order = self.sell(1)
        delivery = self.send(order)
        self.assertFalse(self.bill(order))
        delivery.sync_state = "cancelled"
        decision = self.decision(order)
        decision.wait_until = False
        self.assertEqual(self.bill(order).state, "posted")

    def test_a_policy_that_does_not_wait(self):
        """As ever; and what waits is decided anew where the policy changes."""
        policy = self.make_policy()
        order = self.sell(1)
        self.send(order)
        self.assertEqual(self.bill(order).state, "posted")
        policy.waits_for_courier = True
        order = self.sell(1)
        self.send(order)
        self.assertFalse(self.bill(order))
        policy.waits_for_courier = False
        self.assertEqual(self.bill(order).state, "posted")
