from odoo.tests import tagged

from ..billing.calendar import Calendar
from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestServicePeriods(Calendar, ServiceCommon):
    """4.30: without Odoo's projects a period collects jobs and deliveries."""

    def test_jobs_of_a_month(self):
        """4.30: a customer's jobs of a month are one draft; one by hand is apart."""
        self.company.partner_id.tz = "UTC"
        with self.at("2026-03-01 08:00:00"):
            policy = self.make_policy(
                "draft",
                start_date="2026-03-01",
                event_delivery=True,
                event_service=True,
                period="month",
                grouping="customer",
                invoice_date="event",
            )
        with self.at("2026-03-10 10:00:00"):
            first, second, by_hand = (
                self.do(hours=(hours,), parts=()) for hours in (2.0, 1.5, 1.0)
            )
            order = self.sell(3, user_id=self.dispatcher.id)
            self.deliver(order)
        self.look("2026-03-20 10:00:00")
        jobs = first | second
        self.assertEqual(set(jobs.mapped("invoice_state")), {"to_invoice"})
        with self.at("2026-03-21 10:00:00"):
            draft = self.create_invoice(by_hand)
            action = policy.with_user(self.manager).action_try()
        self.assertEqual(self.billed(draft), {"Labour": 1})
        trial = self.su[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            sorted(trial.line_ids.mapped(lambda line: (line.event, line.amount))),
            [("delivery", 30), ("service", 50), ("service", 75), ("service", 100)],
        )
        self.assertIn("04/01/2026", first.decision_ids.reason)
        self.look("2026-03-31 23:59:59")
        self.assertFalse(jobs.invoice_ids)
        self.look("2026-04-01 00:00:00")
        move = jobs.invoice_ids
        self.assertEqual(len(move), 1)
        self.assertEqual(order.invoice_ids, move)
        self.assertEqual(self.billed(move), {"Labour": 3.5, "Lamp": 3})
        self.assertEqual(str(move.invoice_date), "2026-03-31")
        self.assertNotEqual(move, draft)
