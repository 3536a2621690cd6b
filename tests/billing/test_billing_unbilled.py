from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...compat import create_return
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingUnbilled(BillingCommon):
    """4.64: what was delivered and is not billed is listed, with its reason."""

    def unbilled(self, order):
        return self.su["billing.unbilled"].search([("order_id", "=", order.id)])

    def reject(self, order, reason="Not yet"):
        self.decisions(order).with_user(self.approver).reject(reason)

    def credit(self, move):
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Price"})
        )
        return self.su["account.move"].browse(wizard.reverse_moves()["res_id"])

    def test_no_policy(self):
        """Without any policy a delivery is listed with its amount."""
        order = self.sell(10)
        self.deliver(order, 4)
        self.assertRecordValues(
            self.unbilled(order),
            [
                {
                    "delivered": 4,
                    "invoiced": 0,
                    "to_bill": 4,
                    "amount": 40.0,
                    "reason_code": "no_policy",
                    "partner_id": self.customer.id,
                    "picking_id": order.picking_ids.filtered(
                        lambda each: each.state == "done"
                    ).id,
                }
            ],
        )

    def test_billed(self):
        """What is billed is not listed, not even while it is a draft."""
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        self.assertFalse(self.unbilled(order))

    def test_on_order(self):
        """Of what is invoiced on order, no more is listed than was ordered."""
        order = self.sell(3, product=self.on_order)
        self.deliver(order, 5)
        self.assertEqual(self.unbilled(order).to_bill, 3)

    def test_not_delivered(self):
        """What is only ordered is not listed."""
        self.assertFalse(self.unbilled(self.sell(3, product=self.on_order)))

    def test_waits(self):
        """What was taken up is decided soon."""
        self.make_policy()
        order = self.sell(3)
        self.deliver(order)
        self.assertEqual(self.unbilled(order).reason_code, "waiting")

    def test_dry_run(self):
        """A dry run bills nothing; once it is over a person has it billed."""
        policy = self.make_policy("dry_run")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        unbilled = self.unbilled(order)
        self.assertEqual((unbilled.reason_code, unbilled.remedy), ("dry_run", False))
        policy.phase = "post"
        unbilled.invalidate_recordset()
        self.assertEqual(unbilled.remedy, "decide")
        self.decisions(order).with_user(self.manager).bill_again("It was a trial")
        self.run_all()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertFalse(self.unbilled(order))

    def test_before_the_start(self):
        """What left before the first policy began is for people."""
        order = self.sell(3)
        self.deliver(order)
        self.make_policy(start_date=fields.Date.add(fields.Date.today(), days=2))
        self.assertEqual(self.unbilled(order).reason_code, "before_start")

    def test_not_seen(self):
        """What nobody wrote down is billed at a press of the button."""
        order = self.sell(3)
        self.deliver(order)
        self.make_policy()
        unbilled = self.unbilled(order)
        self.assertEqual(unbilled.reason_code, "not_seen")
        unbilled.with_user(self.approver).action_bill_now()
        self.run_all()
        self.assertEqual(order.invoice_ids.amount_untaxed, 30.0)

    def test_partly(self):
        """What a person took off the draft is not taken for missed."""
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        order.invoice_ids.invoice_line_ids.quantity = 2
        self.assertRecordValues(
            self.unbilled(order), [{"reason_code": "partly", "to_bill": 1}]
        )

    def test_held(self):
        """What is held says why, in the words of the decision."""
        order = self.hold()
        unbilled = self.unbilled(order)
        self.assertEqual(set(unbilled.mapped("reason_code")), {"held"})
        self.assertIn("Resolution", unbilled[0].reason)

    def test_taken_back(self):
        """A rejected draft leaves its goods in the list, and is billed again."""
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        self.reject(order)
        unbilled = self.unbilled(order)
        self.assertEqual(unbilled.reason_code, "taken_back")
        self.assertIn("Rejected: ", unbilled.reason)
        action = unbilled.with_user(self.approver).action_bill_again()
        wizard = (
            self.su["billing.again"]
            .with_user(self.approver)
            .with_context(**action["context"])
            .create({"reason": "A mistake"})
        )
        wizard.action_bill_again()
        self.run_drafts()
        self.assertFalse(self.unbilled(order))
        self.assertEqual(order.invoice_ids.state, "draft")

    def test_leads_on(self):
        """A row leads to its order, or to the decision for who may not read orders."""
        self.make_policy("dry_run")
        order = self.sell(3)
        self.deliver(order)
        self.run_drafts()
        unbilled = self.unbilled(order)
        user = self.make_user("sees", "billing_group_user")
        models = [
            unbilled.with_user(each).action_open_order()["res_model"]
            for each in (self.approver, user)
        ]
        self.assertEqual(models, ["sale.order", "billing.decision"])
        self.assertFalse(unbilled.decision_id.with_user(user).may_open_source)
        self.assertTrue(unbilled.decision_id.with_user(self.approver).may_open_source)

    def test_credited(self):
        """What is credited is a person's to decide; goods that came back are none."""
        self.make_policy()
        order = self.sell(3)
        picking = self.deliver(order)
        self.run_all()
        self.assertFalse(self.unbilled(order))
        self.credit(order.invoice_ids)
        self.assertRecordValues(
            self.unbilled(order),
            [{"reason_code": "credited", "invoiced": 3, "credited": 3, "to_bill": 3}],
        )
        wizard = self.su["stock.return.picking"].with_context(
            active_model="stock.picking", active_id=picking.id
        )
        wizard = wizard.create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": 3, "to_refund": True})
        back = create_return(wizard)
        back.move_ids.write({"quantity": 3, "picked": True})
        back.button_validate()
        self.assertFalse(self.unbilled(order))

    def test_nothing_to_bill_again(self):
        """What no decision was about is billed by hand."""
        order = self.sell(3)
        self.deliver(order)
        unbilled = self.unbilled(order).with_user(self.approver)
        action = unbilled.action_bill_again()
        with self.assertRaises(UserError):
            self.su["billing.again"].with_user(self.approver).with_context(
                **action["context"]
            ).create({"reason": "Why not"})

    def test_companies(self):
        """Another company's list is its own."""
        order = self.sell(3)
        self.deliver(order)
        other = self.company_data_2["company"]
        stranger = self.make_user("stranger", "billing_group_user")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        asking = self.env["billing.unbilled"].with_user(stranger)
        found = asking.with_context(allowed_company_ids=other.ids).search([])
        self.assertNotIn(order, found.sudo().order_id)

    def test_strangers(self):
        """Who has nothing to do with billing does not see it."""
        plain = self.make_user("plain", "coopcycle_magento_group_user")
        with self.assertRaises(AccessError):
            self.su["billing.unbilled"].with_user(plain).search([])
