from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingReturns(BillingCommon):
    """What was credited or came back is billed no second time: D1, DESIGN 2.4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy()
        cls.order = cls.sell(10)
        cls.picking = cls.deliver(cls.order)

    def free(self):
        line = self.order.order_line[:1]
        return line._billing_read_quantities()[line].free

    def replay(self):
        """Have automation look at everything once more; nothing may come of it."""
        self.sweep()
        self.bill(self.order)
        return self.billed(self.invoices(self.order))

    def test_billed_once(self):
        """D1: delivered 10, billed 10; a second run bills nothing."""
        self.assertEqual(self.free(), 10)
        self.bill(self.order)
        self.assertEqual(self.free(), 0)
        self.assertEqual(self.replay(), {"Lamp": 10})

    def test_draft_credit_note(self):
        """OCA sale-workflow 2109: a draft credit note makes nothing billed again."""
        note = self.credit(self.bill(self.order))
        self.assertEqual(note.state, "draft")
        self.assertEqual(self.free(), 0)
        self.assertEqual(self.replay(), {"Lamp": 10})

    def test_posted_credit_note(self):
        """OCA sale-workflow 4104: a posted one neither."""
        self.credit(self.bill(self.order)).action_post()
        self.assertEqual(self.free(), 0)
        self.assertEqual(self.replay(), {"Lamp": 10})

    def test_refund_and_new_draft(self):
        """2.4: of Odoo's own new draft, nothing is billed once more."""
        self.credit(self.bill(self.order), is_again=True)
        self.assertEqual(self.free(), 0)
        self.assertEqual(self.replay(), {"Lamp": 20})

    def test_return_is_credited_by_a_person(self):
        """4.46: what comes back is a draft credit note, which a person looks at."""
        self.bill(self.order)
        self.send_back(self.picking, 2)
        self.run_all()
        note = self.invoices(self.order, "out_refund")
        self.assertRecordValues(note, [{"state": "draft", "amount_untaxed": 20}])
        self.assertEqual(note.invoice_line_ids.quantity, 2)
        decision = note.billing_decision_ids
        self.assertRecordValues(
            decision, [{"event": "return", "state": "review", "decision": "credit"}]
        )
        self.assertEqual(self.free(), 0)
        self.assertEqual(self.replay(), {"Lamp": 10})

    def test_replacement(self):
        """2.4: what goes out for what came back and was credited is billed."""
        self.bill(self.order)
        back = self.send_back(self.picking, 2)
        self.run_all()
        self.approve(self.invoices(self.order, "out_refund"))
        again = self.send_back(back, 2)
        self.assertEqual(self.free(), 2)
        self.run_all()
        self.assertEqual(self.billed(self.invoices(self.order)), {"Lamp": 12})
        self.assertIn(again, self.invoices(self.order).billing_picking_ids)
        self.assertEqual(self.free(), 0)

    def test_replacement_without_credit(self):
        """2.4: nor is it billed where nothing was credited."""
        self.bill(self.order)
        back = self.send_back(self.picking, 2)
        self.send_back(back, 2)
        self.run_all()
        self.assertEqual(self.billed(self.invoices(self.order)), {"Lamp": 10})
        self.assertFalse(self.invoices(self.order, "out_refund"))

    def test_return_before_the_decision(self):
        """Trap 18: what came back before it was billed is not billed."""
        self.send_back(self.picking, 4)
        self.run_all()
        self.assertEqual(self.billed(self.invoices(self.order)), {"Lamp": 6})
        self.assertFalse(self.invoices(self.order, "out_refund"))
        self.assertEqual(self.free(), 0)

    def test_all_comes_back_before_the_decision(self):
        """Trap 18: where all came back there is nothing to bill, and it says so."""
        self.send_back(self.picking)
        self.run_all()
        self.assertFalse(self.order.invoice_ids)
        delivery, back = self.decisions(self.order)
        self.assertEqual(delivery.reason_code, "came_back")
        self.assertEqual(back.reason_code, "nothing_billed")

    def test_return_without_refund(self):
        """4.46: what comes back and stays sold changes nothing."""
        self.bill(self.order)
        self.send_back(self.picking, 2, to_refund=False)
        self.run_all()
        self.assertFalse(self.invoices(self.order, "out_refund"))
        self.assertEqual(self.replay(), {"Lamp": 10})

    def test_return_of_what_was_free(self):
        """3: of what cost nothing there is no credit note."""
        order = self.sell(2, product=self.make_product("Leaflet", 0.0))
        picking = self.deliver(order)
        self.bill(order)
        self.send_back(picking)
        self.run_all()
        self.assertFalse(self.invoices(order, "out_refund"))
        self.assertEqual(self.decisions(order)[-1].state, "skipped")

    def test_credited_before_it_came_back(self):
        """D1: a credit note that a person made is not made again for the return."""
        self.credit(self.bill(self.order)).action_post()
        self.send_back(self.picking)
        self.run_all()
        self.assertEqual(len(self.invoices(self.order, "out_refund")), 1)
        self.assertEqual(self.free(), 0)

    def test_cancelled_return_invoice(self):
        """D1: a credit note that a person deletes is not made again."""
        self.bill(self.order)
        self.send_back(self.picking, 2)
        self.run_all()
        self.invoices(self.order, "out_refund").unlink()
        self.assertEqual(self.decisions(self.order)[-1].state, "withdrawn")
        self.replay()
        self.assertFalse(self.invoices(self.order, "out_refund"))

    def test_return_after_a_credit_note(self):
        """4.46: what came back after all was credited is looked at by a person."""
        self.credit(self.bill(self.order)).action_post()
        self.send_back(self.picking, 2)
        self.run_all()
        decision = self.decisions(self.order)[-1]
        self.assertRecordValues(
            decision, [{"state": "skipped", "reason_code": "credited_already"}]
        )
        [activity] = self.order.activity_ids
        self.assertIn(self.picking.name.split("/")[0], activity.note)
        self.assertEqual(len(self.order.invoice_ids), 2)
