from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.reminding.holding import Shops
from ...models.shared.integration_runner_mixin import BusyError
from ..magento.receiving.invoices_common import InvoicesCommon
from .steps import RemindingSteps


@tagged("post_install", "-at_install")
class TestRemindersShop(RemindingSteps, InvoicesCommon):
    """4.92: who has paid in the shop is not reminded; what we told it is no money."""

    def setUp(self):
        super().setUp()
        self.today = self.su["billing.reminder"]._get_today(self.company)
        self.connection.export_invoices_from = "2020-01-01"
        self.company.sudo().write(
            {
                "email": "company@example.com",
                "billing_remind": "propose",
                "billing_bank_days": 0,
                "billing_sent_since": self.today,
            }
        )

    def overdue(self):
        """Return an order, and its invoice that is overdue."""
        order, sale = self.sell()
        move = sale._create_invoices()
        move.invoice_date = fields.Date.subtract(self.today, days=10)
        move.invoice_payment_term_id = False
        move.invoice_date_due = move.invoice_date
        move.action_post()
        return order, move

    def assert_held(self, *codes):
        reminder = self.open_one()
        self.assertEqual(self.codes(reminder), set(codes), reminder.hold_reason)
        self.assertIn("Resolution", reminder.hold_reason)
        return reminder.hold_reason

    def assert_goes(self):
        reminder = self.open_one()
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)

    def register(self, move, amount):
        """Let a person register a payment."""
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"amount": amount})._create_payments()

    def test_paid_in_the_shop(self):
        """The order is read again first; its money counts until it is booked."""
        order, move = self.overdue()
        total, half = move.amount_total, move.currency_id.round(move.amount_total / 2)
        self.assert_goes()
        self.pay(order)
        words = self.assert_held("paid_in_shop")
        self.assertIn(move.currency_id.format(total), words)
        self.assertIn("register that payment", words)
        payment = self.register(move, half)
        left = move.currency_id.format(total - half)
        self.assertIn(left, self.assert_held("paid_in_shop"))
        self.change(order, total_paid=half)
        self.assert_goes()
        payment.sudo().action_cancel()
        self.assertIn(move.currency_id.format(half), self.assert_held("paid_in_shop"))
        journal = self.company_data["default_journal_bank"]
        self.method(
            self.sale(order), register_payments="paid", payment_journal_id=journal.id
        )
        self.assertIn("Import Invoices", self.assert_held("paid_in_shop"))

    def test_refunded_in_the_shop(self):
        """What the shop paid back is no money; an order that is over is asked about."""
        order, move = self.overdue()
        self.pay(order)
        self.change(order, total_refunded=1)
        left = move.currency_id.format(move.amount_total - 1)
        words = self.assert_held("paid_in_shop", "over_in_shop")
        self.assertIn(left, words)
        self.assertIn("refunded " + move.currency_id.format(1), words)
        note = move._reverse_moves()
        note.reversed_entry_id = False  # else it would be matched at once
        note.action_post()
        self.assert_held("paid_in_shop", "credit")
        note.button_draft()
        note.unlink()
        self.change(order, total_refunded=order["grand_total"])
        self.assert_held("over_in_shop")
        self.change(order, total_refunded=0, total_paid=0)
        self.assert_goes()
        for state in ("canceled", "closed"):
            self.change(order, state=state)
            self.assert_held("over_in_shop")
        biller = self.make_user("biller", "account.group_account_invoice")
        self.open_one().with_user(biller).sudo(False).release("It was delivered")
        self.assert_goes()

    def test_export_under_way(self):
        """While nobody knows whether an export has arrived, nobody is reminded."""
        order, move = self.overdue()
        self.method(self.sale(order), invoice_rule="validate")
        self.simulator.faults.add("hang_up_after", "POST", "/invoice$", times=1)
        self.connection.run_operation("export_invoices")
        self.assertEqual(move.magento_document_ids.sync_state, "unknown")
        self.assertEqual(order["total_paid"], order["grand_total"])
        self.assert_held("shop_unreached")
        self.connection.run_operation("export_invoices")
        self.assertEqual(move.magento_document_ids.sync_state, "done")
        self.assert_goes()

    def test_not_read(self):
        """An order that could not be taken over, or is gone, was not read."""
        order, _move = self.overdue()
        currency = order["order_currency_code"]
        self.change(order, order_currency_code=None)
        self.assert_held("shop_unreached")
        self.document(order).sudo().sync_state = "skipped"
        self.assert_held("shop_unreached")
        self.change(order, order_currency_code=currency)
        self.assert_goes()
        self.simulator.book.orders.remove(order["entity_id"])
        self.assertIn("Release", self.assert_held("shop_unreached"))

    def test_invoiced_by_the_shop(self):
        """An invoice that the shop made is money, also where ours took it over."""
        order, move = self.overdue()
        self.method(self.sale(order), invoice_rule="validate")
        self.shop_invoice(order)
        self.connection.run_operation("export_invoices")
        self.assertTrue(move.magento_document_ids.is_adopted)
        self.assertEqual(self.codes(self.open_one()), {"paid_in_shop"})

    def test_exported_is_no_money(self):
        """What our own export marked as paid holds nothing."""
        order, move = self.overdue()
        self.method(self.sale(order), invoice_rule="validate")
        self.connection.run_operation("export_invoices")
        reminder = self.open_one()
        self.assertEqual(order["total_paid"], order["grand_total"])
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)
        sale = self.sale(order)
        self.assertEqual(sale.magento_total_paid, sale.magento_grand_total)
        self.register(move, move.amount_total / 2)
        self.assert_goes()
        self.change(order, total_paid=order["grand_total"] + 5)
        words = self.assert_held("paid_in_shop")
        self.assertIn(move.currency_id.format(5), words, "the bank's is not the shop's")

    def test_registered_already(self):
        """Money that Odoo has taken over is not counted again for what is left."""
        self.connection.import_invoices = "posted"
        order, sale = self.sell()
        journal = self.company_data["default_journal_bank"]
        self.method(sale, register_payments="paid", payment_journal_id=journal.id)
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.received(remote).move_id
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.run_import()
        received, _refunded = Shops(self.su).read_money([sale.id])
        self.assertFalse(received[sale.id])

    def test_shop_not_reached(self):
        """While the shop is down, nobody of it is reminded; others are."""
        self.overdue()
        self.simulator.faults.add("internal_error", path="/V1/orders")
        reminder = self.open_one()
        self.assertEqual(self.codes(reminder), {"shop_unreached"})
        self.simulator.faults.clear()
        reminder.sudo()._look_again(is_read=True)
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)

    def test_read_again_before_it_goes(self):
        """Who pays in the shop between proposal and sending gets nothing."""
        order, _move = self.overdue()
        reminder = self.open_one()
        reminder.state = "queued"
        self.pay(order)
        self.remind()
        self.assertEqual(self.codes(reminder), {"paid_in_shop"})
        self.assertFalse(reminder.message_id)
        self.assertTrue(self.simulator.requests)

    def test_busy_or_queued_later(self):
        """While others read the shop, or nobody has, what is queued stays as it is."""
        self.overdue()
        imports = self.su["magento.operation"]._get(self.connection, "import_orders")
        busy = patch.object(type(imports), "_alone", self.be_busy)
        with busy:
            reminder = self.open_one()
            self.assertEqual(reminder.state, "proposed", reminder.hold_reason)
            reminder.sudo().state = "queued"
            self.remind()
            self.assertEqual(reminder.state, "queued", reminder.hold_reason)
        none_yet = self.su["billing.reminder"]
        operations = type(self.su["billing.operation"])
        with patch.object(operations, "_find_queued", lambda _operation: none_yet):
            self.remind()
        self.assertEqual(reminder.state, "queued", "nobody has read the shop for it")
        self.remind()
        self.assertEqual(reminder.state, "sent", reminder.hold_reason)

    @staticmethod
    @contextmanager
    def be_busy(operation):
        if operation._name == "magento.operation":
            raise BusyError("busy")
        yield
