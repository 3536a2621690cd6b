from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..following.common import FollowCommon


@tagged("post_install", "-at_install")
class TestDeliveryCheck(FollowCommon):
    """What the courier bills is held against the deliveries that were made."""

    def bring(self, **options):
        """Return a delivery that has arrived: ours, and the courier's."""
        own, courier = self.send_one()
        self.instance.complete(courier, **options)
        own._read_again()
        return own, courier

    def check(self, user=None):
        today = fields.Date.today()
        wizard = (
            self.env["coopcycle.reconciliation.wizard"]
            .with_user(user or self.biller)
            .create(
                {
                    "connection_id": self.connection.id,
                    "date_from": today,
                    "date_to": today,
                }
            )
        )
        action = wizard.action_reconcile()
        return wizard.env[action["res_model"]].browse(action["res_id"])

    def bill(self, *rows, **vals):
        """Enter the courier's bill, with a line (order number, amount) for each."""
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.velos.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Livraison - 13/06/2025 (Commande #{number})",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for number, amount in rows
                ],
                **vals,
            }
        )

    def causes(self, found):
        self.assertEqual(found.state, "done", found.error)
        return {line.order_number: line.cause_code for line in found.check_line_ids}

    def test_a_shop_checks_the_couriers_bill(self):
        """Who may not invoice in CoopCycle has the bill in Odoo."""
        good, _courier = self.bring()
        dearer, _courier = self.bring()
        forgotten, _courier = self.bring()
        failed, courier = self.send_one()
        self.instance.go_on(courier, "failed")
        failed._read_again()
        bill = self.bill(
            (good.order_number, 4.16),
            (dearer.order_number, 5.16),
            (failed.order_number, 4.16),
            ("D99999", 4.16),
        )
        self.bill(("X1", 4.16))  # of somebody else
        cancelled = self.bill((forgotten.order_number, 4.16))
        cancelled.button_cancel()
        found = self.check()
        self.assertEqual(
            self.causes(found),
            {
                dearer.order_number: "price",
                failed.order_number: "not_delivered",
                "D99999": "no_delivery",
                forgotten.order_number: "not_billed",
            },
        )
        line = found.check_line_ids.filtered(lambda each: each.cause_code == "price")
        self.assertEqual((line.amount, line.billed_amount), (5.16, 4.16))
        self.assertEqual((line.move_ids, line.delivery_id), (bill, dearer))
        self.assertEqual(line.action_resolve()["res_id"], dearer.id)
        line = found.check_line_ids.filtered(
            lambda each: each.cause_code == "no_delivery"
        )
        self.assertEqual(line.action_resolve()["res_id"], bill.id)
        self.assertTrue(all(found.check_line_ids.mapped("remedy")))
        self.assertEqual(
            found.conclusion, "The courier's bill: 4 of 5 deliveries differ."
        )
        # Corrected: a credit note for what was too much, and what was forgotten
        self.bill((dearer.order_number, 1.0), move_type="in_refund")
        self.bill((forgotten.order_number, 4.16))
        codes = set(self.causes(self.check()).values())
        self.assertEqual(codes, {"not_delivered", "no_delivery"})

    def test_what_is_billed_and_still_on_its_way(self):
        """A bill is for what was delivered; what it takes back is billed no more."""
        lost, _courier = self.send_one()
        failed, courier = self.send_one()
        self.instance.go_on(courier, "failed")
        failed._read_again()
        good, _courier = self.bring()
        self.bill(*((each.order_number, 4.16) for each in (lost, failed, good)))
        self.assertEqual(
            self.causes(self.check()),
            {
                lost.order_number: "not_delivered",
                failed.order_number: "not_delivered",
            },
        )
        self.bill((failed.order_number, 4.16), move_type="in_refund")
        self.assertEqual(
            self.causes(self.check()), {lost.order_number: "not_delivered"}
        )

    def test_a_cooperative_checks_what_coopcycle_invoices(self):
        """Of the store that its application belongs to, and no other."""
        self.connection.sudo().write(
            {"username": self.instance.username, "password": self.instance.password}
        )
        self.product.name = "Livraison à la demande"
        own, courier = self.bring()
        other = self.instance.add_store("Canal", "Les Vélos du Canal")
        today = fields.Date.today()
        foreign = self.instance.deliver(other, today)
        by_hand = self.instance.deliver(self.store, today)
        found = self.check()
        self.assertEqual(self.causes(found), {by_hand.number: "no_delivery"})
        self.assertEqual(
            {(line.order_number, line.cause_code) for line in found.line_ids},
            {
                (own.order_number, "not_exported"),
                (foreign.number, "not_exported"),
                (by_hand.number, "not_exported"),
            },
        )
        self.assertEqual(
            found.conclusion,
            "3 of 3 orders differ. The courier's bill: 1 of 2 deliveries differ.",
        )
        courier.order.total += 60
        lines = self.check().check_line_ids
        self.assertEqual(
            lines.filtered(lambda each: each.delivery_id == own).cause_code, "price"
        )
        courier.order.state = "cancelled"
        lines = self.check().check_line_ids
        self.assertEqual(
            lines.filtered(lambda each: each.delivery_id == own).cause_code,
            "not_billed",
        )

    def test_who_may_check(self):
        with self.assertRaises(AccessError):
            self.check(user=self.packer)
        self.bring()
        self.assertEqual(self.check().check_different_count, 1)
