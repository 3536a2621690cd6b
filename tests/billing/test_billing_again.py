from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingAgain(BillingCommon):
    """What was taken back is billed again where a person says so, and not otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy("draft", event_order=True)
        cls.user = cls.make_user("user", "billing_group_user")
        cls.order = cls.sell(10)
        cls.deliver(cls.order)
        cls.run_all()
        cls.decision = cls.decisions(cls.order).filtered("picking_id")

    def bill_again(self, decision=None, reason="Wrong price"):
        (decision or self.decision).with_user(self.user).bill_again(reason)
        self.run_all()
        return self.decisions(self.order)[-1]

    def replay(self):
        self.sweep()
        self.run_all()

    def test_deleted_draft(self):
        """D1: a deleted draft is not made again by itself."""
        self.decision.move_id.unlink()
        self.assertEqual(self.decision.state, "withdrawn")
        self.replay()
        self.assertFalse(self.order.invoice_ids)

    def test_deleted_draft_again(self):
        """2.2: but where a person says so."""
        self.decision.move_id.unlink()
        again = self.bill_again()
        self.assertRecordValues(
            again,
            [{"event": "again", "origin_id": self.decision.id, "state": "review"}],
        )
        self.assertEqual(self.billed(self.order.invoice_ids), {"Lamp": 10})
        self.replay()
        self.assertEqual(self.billed(self.order.invoice_ids), {"Lamp": 10})

    def test_cancelled_invoice(self):
        """D1: neither is one that was cancelled."""
        self.decision.move_id.button_cancel()
        self.assertEqual(self.decision.state, "withdrawn")
        self.replay()
        self.assertEqual(self.order.invoice_ids.mapped("state"), ["cancel"])
        self.bill_again()
        drafts = self.order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertEqual(self.billed(drafts), {"Lamp": 10})

    def test_credited(self):
        """2.4: what was credited is billed again, once for each credit note."""
        self.approve(self.decision.move_id)
        note = self.credit(self.decision.move_id)
        again = self.bill_again()
        self.assertTrue(note.billing_is_again)
        self.assertEqual(self.billed(again.move_id), {"Lamp": 10})
        with self.assertRaises(UserError):
            self.bill_again()

    def test_credit_note_is_kept(self):
        """D1: a credit note whose goods are billed again is not taken back alone."""
        self.approve(self.decision.move_id)
        note = self.credit(self.decision.move_id)
        again = self.bill_again()
        for take_back in (note.unlink, note.button_cancel):
            with self.subTest(take_back.__name__), self.assertRaises(UserError):
                take_back()
        again.move_id.unlink()
        note.unlink()
        self.replay()
        self.assertEqual(self.billed(self.invoices(self.order)), {"Lamp": 10})

    def test_needs_a_reason_and_a_credit(self):
        """2.2: nothing is billed again without a reason, nor what still stands."""
        for reason in ("", "I want to"):
            with self.subTest(reason), self.assertRaises(UserError):
                self.bill_again(reason=reason)

    def test_order(self):
        """2.2: what was billed on order is billed again, too."""
        order = self.sell(2, product=self.on_order)
        self.run_all()
        decision = self.decisions(order)
        decision.move_id.unlink()
        self.bill_again(decision)
        self.assertEqual(self.billed(order.invoice_ids), {"Poster": 2})

    def test_return(self):
        """2.2: and what came back is credited again."""
        self.approve(self.decision.move_id)
        self.send_back(self.order.picking_ids, 2)
        self.run_all()
        decision = self.decisions(self.order)[-1]
        decision.move_id.unlink()
        self.bill_again(decision)
        note = self.invoices(self.order, "out_refund")
        self.assertEqual(self.billed(note), {"Lamp": 2})

    def test_together_with_what_was_added(self):
        """D1: billed again and grown at once, the same goods have two parts."""
        self.approve(self.decision.move_id)
        self.credit(self.decision.move_id)
        picking = self.order.picking_ids
        picking.is_locked = False
        picking.move_ids.quantity = 12
        self.decision.with_user(self.user).bill_again("Wrong price")
        self.replay()
        self.assertEqual(self.billed(self.invoices(self.order)), {"Lamp": 22})
        parts = picking.move_ids.billing_line_ids.mapped("part")
        self.assertEqual(len(set(parts)), len(parts))
