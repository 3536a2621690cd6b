from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingHistory(BillingCommon):
    """How a customer paid decides on payment terms, and on who looks first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls.su.ref("account.account_payment_term_30days")

    def make_paid(self, count, days_late=0, is_paid=True):
        """Make posted invoices of the customer that were paid so many days late."""
        due = fields.Date.today() - timedelta(days=60)
        moves = self.su["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "journal_id": self.company_data["default_journal_sale"].id,
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": 10}
                        )
                    ],
                }
                for _number in range(count)
            ]
        )
        moves.action_post()
        for move in moves if is_paid else ():
            self.su["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create(
                {"payment_date": due + timedelta(days=days_late)}
            )._create_payments()
        return moves

    def make_rule(self, **vals):
        return self.make_policy(
            term_rule_ids=[
                Command.create(
                    {
                        "min_paid": 2,
                        "payment_term_id": self.term.id,
                        "mode": "apply",
                        **vals,
                    }
                )
            ]
        )

    def bill_one(self):
        order = self.sell(1)
        self.deliver(order)
        self.bill(order)
        return self.decisions(order)

    def test_term_is_earned(self):
        """4.81: who paid in time gets the term; the reason names the figures."""
        self.make_rule()
        self.make_paid(2)
        decision = self.bill_one()
        self.assertEqual(decision.move_id.invoice_payment_term_id, self.term)
        self.assertIn("2 invoices paid", decision.term_reason)

    def test_term_is_suggested(self):
        """4.81: or is told of it alone."""
        self.make_rule(mode="suggest")
        self.make_paid(2)
        decision = self.bill_one()
        self.assertFalse(decision.move_id.invoice_payment_term_id)
        self.assertIn("is suggested", decision.term_reason)

    def test_term_is_not_earned(self):
        """4.81: who paid too few of them, late, or owes, gets the order's."""
        self.make_rule(max_delay=5)
        self.make_paid(1)
        self.assertFalse(self.bill_one().term_reason)
        self.make_paid(3, days_late=20)
        self.assertFalse(self.bill_one().term_reason)

    def test_facts(self):
        """4.54, 4.87: what was looked at is kept; no bank data is in it."""
        self.su["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": self.customer.id}
        )
        self.make_policy()
        self.make_paid(1)
        self.make_paid(2, is_paid=False)
        decision = self.bill_one()
        customer = decision.facts["customer"]
        self.assertEqual((customer["posted"], customer["paid"]), (3, 1))
        self.assertEqual(customer["overdue"], 2)
        self.assertEqual(
            decision.facts["orders"], decision.sale_order_id.mapped("name")
        )
        self.assertEqual(decision.facts["journal"], "AUTO")
        self.assertTrue(decision.facts["taxes"])
        self.assertNotIn("6769", str(decision.facts))

    def test_lots(self):
        """4.44: the lots that were delivered are among what was looked at."""
        self.make_policy()
        self.product.tracking = "lot"
        lot = self.su["stock.lot"].create(
            {
                "name": "LOT 7",
                "product_id": self.product.id,
                "company_id": self.company.id,
            }
        )
        order = self.sell(1)
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.write(
            {
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "location_id": move.location_id.id,
                            "location_dest_id": move.location_dest_id.id,
                        }
                    )
                ],
                "picked": True,
            }
        )
        order.picking_ids.button_validate()
        self.bill(order)
        self.assertEqual(self.decisions(order).facts["lots"], ["LOT 7"])

    def test_credits_are_set_off(self):
        """4.08: open credit notes are set off as the invoice is posted."""
        self.make_policy(apply_credits=True)
        note = self.credit(self.make_paid(1))
        note.action_post()
        move = self.bill_one().move_id
        self.assertLess(move.amount_residual, move.amount_total)
        self.assertTrue(note.line_ids.matched_debit_ids)

    def test_credits_stay(self):
        """4.08: but where the policy does not say so, they stay."""
        self.make_policy()
        note = self.credit(self.make_paid(1))
        note.action_post()
        move = self.bill_one().move_id
        self.assertEqual(move.amount_residual, move.amount_total)

    def test_new_customer(self):
        """4.51: a customer whose first invoice is not paid is looked at."""
        self.make_policy(review_new_customer=1)
        self.assertEqual(self.bill_one().reason_code, "new_customer")
        self.make_paid(1)
        self.assertEqual(self.bill_one().state, "posted")
