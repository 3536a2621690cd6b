from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...compat import SOLD_UNIT
from ...models.billing.capturing import Capture
from .common import BillingCommon

FAILS = "odoo.addons.coopcycle_magento.models.billing.capturing.capture"


@tagged("post_install", "-at_install")
class TestBillingDeliveries(BillingCommon):
    """What is delivered is billed, and each piece once."""

    def test_delivery_is_billed(self):
        """4.03: a delivery in scope is invoiced and posted by the next run."""
        self.make_policy()
        order = self.sell(3)
        picking = self.deliver(order)
        self.run_all()
        decision = self.decisions(order)
        self.assertRecordValues(
            decision,
            [{"event_key": f"picking:{picking.id}", "state": "posted"}],
        )
        self.assertEqual(decision.move_id.state, "posted")
        self.assertEqual(decision.move_id.amount_untaxed, 30.0)

    def test_part_of_what_is_on_order(self):
        """4.46: 4 of 10 bill 4, also of what is invoiced on order."""
        self.make_policy()
        order = self.sell(10, product=self.on_order)
        self.deliver(order, 4)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 4})
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 10})

    def test_billed_beforehand(self):
        """2.4: what a person billed before the delivery is not billed with it."""
        self.make_policy()
        order = self.sell(10, product=self.on_order)
        order._create_invoices()
        self.deliver(order, 4)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 10})
        self.assertEqual(self.decisions(order).reason_code, "billed_already")

    def test_backorders_at_once(self):
        """D1: two deliveries of an order in one batch are an invoice each."""
        self.make_policy()
        order = self.sell(10, 5)
        first = self.deliver(order, 4, 0)
        second = self.deliver(order)
        one, two = self.bill(order)
        self.assertEqual(one.invoice_line_ids.mapped("quantity"), [4])
        self.assertEqual(two.invoice_line_ids.mapped("quantity"), [6, 5])
        self.assertEqual(one.billing_picking_ids, first)
        self.assertEqual(two.billing_picking_ids, second)
        self.assertEqual(second.billing_move_ids, two)
        self.assertIn(second.name, two.invoice_origin)

    def test_same_line_of_moves(self):
        """4.07: each invoice line knows the moves that it bills, each move the line."""
        self.make_policy()
        order = self.sell(3)
        picking = self.deliver(order)
        line = self.bill(order).invoice_line_ids
        self.assertEqual(line.billing_stock_move_ids, picking.move_ids)
        self.assertEqual(picking.move_ids.billing_line_ids.invoice_line_id, line)

    def test_terms_are_the_order_s(self):
        """4.19, 4.43, 4.91: price, term, address and number are the order’s."""
        self.make_policy()
        address = self.su["res.partner"].create(
            {"name": "Bills", "type": "invoice", "parent_id": self.customer.id}
        )
        term = self.su.ref("account.account_payment_term_30days")
        order = self.sell(
            3,
            partner_invoice_id=address.id,
            payment_term_id=term.id,
            client_order_ref="PO 7",
        )
        order.order_line.write({"price_unit": 8, "discount": 25})
        self.product.list_price = 99
        self.deliver(order)
        move = self.bill(order)
        self.assertRecordValues(
            move,
            [
                {
                    "partner_id": address.id,
                    "invoice_payment_term_id": term.id,
                    "ref": "PO 7",
                    "amount_untaxed": 18,
                    "amount_total": order.amount_total,
                }
            ],
        )

    def test_edited_upwards(self):
        """D1, trap 15: what is added to a done delivery is billed, and that alone."""
        self.make_policy()
        order = self.sell(10)
        picking = self.deliver(order)
        self.bill(order)
        picking.is_locked = False
        picking.move_ids.quantity = 12
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 12})
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 12})

    def test_edited_downwards(self):
        """D1: what was entered too much is not billed with the next delivery."""
        self.make_policy()
        order = self.sell(10)
        picking = self.deliver(order, 6)
        self.bill(order)
        picking.is_locked = False
        picking.move_ids.quantity = 5
        self.deliver(order, 4)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 9})

    def test_several_steps(self):
        """2.3: of a delivery in two steps, the one to the customer is billed."""
        self.make_policy()
        self.warehouse.delivery_steps = "pick_ship"
        self.addCleanup(self.warehouse.write, {"delivery_steps": "ship_only"})
        quants = self.su["stock.quant"]
        quants._update_available_quantity(self.product, self.warehouse.lot_stock_id, 9)
        order = self.sell(3)
        pick = order.picking_ids.filtered(
            lambda each: each.location_dest_id.usage != "customer"
        )
        pick.move_ids.write({"quantity": 3, "picked": True})
        pick.button_validate()
        self.assertFalse(self.bill(order))
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 3})

    def test_two_orders_in_a_transfer(self):
        """D1: of a transfer for two orders, each gets its own invoice."""
        self.make_policy()
        one, two = self.sell(3), self.sell(4)
        other = two.picking_ids
        other.move_ids.picking_id = one.picking_ids
        other.unlink()
        picking = one.picking_ids
        picking.move_ids.picked = True
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.button_validate()
        self.run_all()
        self.assertEqual(self.billed(self.invoices(one)), {"Lamp": 3})
        self.assertEqual(self.billed(self.invoices(two)), {"Lamp": 4})

    def test_dozens(self):
        """4.46: what is sold by the dozen is billed in dozens, also in parts."""
        self.make_policy()
        dozen = self.su.ref("uom.product_uom_dozen")
        line = {
            "product_id": self.product.id,
            "product_uom_qty": 2,
            SOLD_UNIT: dozen.id,
        }
        order = self.sell(order_line=[Command.create(line)])
        self.deliver(order, 18)
        invoiced = self.bill(order).invoice_line_ids
        self.assertEqual(invoiced.product_uom_id, dozen)
        self.assertEqual(invoiced.quantity, 1.5)
        self.deliver(order)
        self.assertEqual(
            self.billed(self.invoices(order) | self.bill(order)), {"Lamp": 2}
        )

    def test_foreign_currency(self):
        """4.19: an order in another currency is billed in it."""
        self.make_policy()
        currency = self.su.ref("base.GBP")
        currency.active = True
        self.su["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": fields.Date.today(),
                "rate": 2,
            }
        )
        pricelist = self.su["product.pricelist"].create(
            {
                "name": "Pounds",
                "currency_id": currency.id,
                "company_id": self.company.id,
            }
        )
        order = self.sell(3, pricelist_id=pricelist.id)
        order.order_line.price_unit = 7
        self.deliver(order)
        move = self.bill(order)
        self.assertEqual((move.currency_id, move.amount_untaxed), (currency, 21))
        self.assertEqual(self.decisions(order).currency_id, currency)

    def test_sections_and_notes(self):
        """2.4: sections stand above what is billed; notes are on the first invoice."""
        self.make_policy()
        order = self.sell(1)
        order.order_line.sequence = 12
        self.su["sale.order.line"].create(
            [
                {
                    "order_id": order.id,
                    "display_type": kind,
                    "name": name,
                    "sequence": sequence,
                }
                for kind, name, sequence in (
                    ("line_section", "Nothing", 10),
                    ("line_section", "Lights", 11),
                    ("line_note", "Handle with care", 13),
                )
            ]
        )
        order.order_line.filtered("product_id").product_uom_qty = 2
        self.deliver(order, 1)
        self.deliver(order)
        first, second = self.bill(order)
        lamp = self.product.display_name
        self.assertEqual(
            first.invoice_line_ids.mapped("name"), ["Lights", lamp, "Handle with care"]
        )
        self.assertEqual(second.invoice_line_ids.mapped("name"), ["Lights", lamp])

    def test_who(self):
        """4.75, 4.78: the robot makes it; who validated the delivery is kept."""
        self.make_policy()
        clerk = self.make_user("clerk", "billing_group_user")
        clerk.sudo().write(
            {"groups_id": [Command.link(self.su.ref("stock.group_stock_user").id)]}
            if "groups_id" in clerk._fields
            else {"group_ids": [Command.link(self.su.ref("stock.group_stock_user").id)]}
        )
        order = self.sell(3)
        order.picking_ids.move_ids.write({"quantity": 3, "picked": True})
        order.picking_ids.with_user(clerk).button_validate()
        move = self.bill(order)
        decision = self.decisions(order)
        self.assertEqual(move.create_uid, self.robot)
        self.assertRecordValues(
            decision,
            [
                {
                    "trigger": "user",
                    "trigger_user_id": clerk.id,
                    "actor_id": self.robot.id,
                }
            ],
        )
        self.assertIn(self.robot.partner_id, move.message_ids.author_id)

    def test_noted_on_order_and_delivery(self):
        """4.50: order and delivery name the invoice, the policy and the reason."""
        self.make_policy(name="Everything")
        order = self.sell(3)
        picking = self.deliver(order)
        self.run_all()
        for source in (order, picking):
            self.assertIn("Everything", "".join(source.message_ids.mapped("body")))

    def test_no_mail_in_drafts(self):
        """4.79: in the phase Draft, nothing is mailed to the customer."""
        self.make_policy("draft")
        order = self.sell(3)
        order.message_subscribe(self.customer.ids)
        before = self.su["mail.mail"].search([])
        self.deliver(order)
        move = self.bill(order)
        self.assertEqual(move.state, "draft")
        made = self.su["mail.mail"].search([]) - before
        self.assertNotIn(self.customer, made.recipient_ids)
        told = self.su["mail.notification"].search(
            [
                ("mail_message_id.res_id", "=", move.id),
                ("mail_message_id.model", "=", "account.move"),
                ("res_partner_id", "=", self.customer.id),
            ]
        )
        self.assertFalse(told)

    def test_journal(self):
        """4.76: they have a journal of their own, made when it is needed, once."""
        self.make_policy()
        orders = [self.sell(1), self.sell(2)]
        for order in orders:
            self.deliver(order)
            self.run_all()
        journal = self.invoices(orders[0]).journal_id
        self.assertEqual(journal.code, "AUTO")
        self.assertEqual(self.invoices(orders[1]).journal_id, journal)

    def test_invoice_date(self):
        """4.20: the invoice has the day of the delivery where the company is."""
        self.make_policy(invoice_date="event", start_date="2024-01-01")
        self.company.partner_id.tz = "Asia/Tokyo"
        order = self.sell(1)
        self.deliver(order)
        decision = self.decisions(order)
        decision.event_at = "2024-05-06 20:00:00"
        self.assertEqual(str(self.bill(order).invoice_date), "2024-05-07")

    def test_day_of_posting(self):
        """4.20: or that of posting, where the company is."""
        self.make_policy(start_date="2024-01-01")
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart
            self.company.partner_id.tz = zone
            order = self.sell(1)
            self.deliver(order)
            move = self.bill(order)
            today = fields.Date.context_today(move.with_context(tz=zone))
            self.assertEqual(move.invoice_date, today)

    # D2: nothing stops a validation

    @mute_logger(FAILS, "odoo.sql_db")
    def test_table_is_gone(self):
        """D2: a validation goes through where nothing can be written down."""
        self.make_policy()
        order = self.sell(3)
        for table in ("billing_decision", "billing_policy"):
            with self.subTest(table), self.cr.savepoint() as savepoint:
                self.env.registry.clear_cache()
                self.cr.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
                self.deliver(order)
                self.cr.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
                self.assertEqual(order.order_line.qty_delivered, 3)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        self.deliver(order)
        self.assertTrue(self.decisions(order))

    @mute_logger(FAILS)
    def test_any_failure(self):
        """D2: nor does a mistake in what is looked at; the sweep finds it by night."""
        self.make_policy()
        order = self.sell(3)
        pickings = type(self.su["stock.picking"])
        with patch.object(pickings, "_billing_get_events", side_effect=KeyError):
            self.deliver(order)
        self.assertFalse(self.decisions(order))
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 3})

    def test_nothing_is_written_where_nobody_bills(self):
        """2.3: without a policy, or before its first day, nothing is written."""
        order = self.sell(3)
        self.make_policy(start_date="2999-01-01")
        self.make_policy(event_delivery=False, event_order=True)
        with patch.object(Capture, "_query", side_effect=AssertionError):
            self.deliver(order)
        self.assertFalse(self.decisions(order).filtered("picking_id"))

    def test_trial(self):
        """4.12: what a policy would have done is shown, and nothing of it lasts."""
        policy = self.make_policy("dry_run", review_above=100)
        order, big = self.sell(3), self.sell(30)
        self.deliver(order)
        self.deliver(big)
        before = self.su["billing.decision"].search_count([])
        since = fields.Datetime.now() - timedelta(days=1)
        tried = self.su["billing.decision"]._try_policy(policy, since)
        found = {each.order: (each.decision, each.amount) for each in tried}
        self.assertEqual(found[order.sudo(False)], ("post", 30.0))
        self.assertEqual(found[big.sudo(False)], ("draft", 300.0))
        self.assertEqual(self.su["billing.decision"].search_count([]), before)

    def test_dry_run(self):
        """4.79: in a dry run nothing is made, and what would have been is told."""
        self.make_policy("dry_run")
        order = self.sell(3)
        self.deliver(order)
        self.assertFalse(self.bill(order))
        self.assertRecordValues(
            self.decisions(order),
            [{"state": "would", "amount_untaxed": 30, "decision": "would_draft"}],
        )

    def test_many_of_one_order(self):
        """2.6: each of many deliveries of an order takes as many queries."""
        self.make_policy("draft")

        def count(deliveries):
            order = self.sell(deliveries)
            for _number in range(deliveries):
                self.deliver(order, 1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.run_drafts()
            self.assertEqual(self.billed(self.invoices(order)), {"Lamp": deliveries})
            return self.cr.sql_log_count - before

        few, more = count(4), count(12)
        self.assertLess(more, few * 3.2)
