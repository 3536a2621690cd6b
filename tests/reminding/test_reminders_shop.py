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
        order, sale = self.placed()
        move = sale._create_invoices()
        move.invoice_date = fields.Date.subtract(self.today, days=10)
        move.invoice_payment_term_id = False
        move.invoice_date_due = move.invoice_date
        move.action_post()
        return order, move

    def test_paid_in_the_shop(self):
        """The order is read again first, and has the shop's money."""
        order, move = self.overdue()
        reminder = self.open_one()
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)
        self.pay(order)
        reminder = self.open_one()
        self.assertEqual(self.codes(reminder), {"paid_in_shop"})
        self.assertIn("Resolution", reminder.hold_reason)
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"amount": move.amount_total / 2})._create_payments()
        reminder = self.open_one()
        self.assertEqual(self.codes(reminder), {"paid_in_shop"}, "half is missing")
        move.line_ids.remove_move_reconcile()
        self.su["account.payment"].search(
            [("partner_id", "=", move.commercial_partner_id.id)]
        ).action_draft()
        self.change(order, total_paid=order["grand_total"] / 2)
        self.assertEqual(self.codes(self.open_one()), {"paid_in_shop"})
        wizard.create({"amount": move.amount_total / 2})._create_payments()
        reminder = self.open_one()
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)

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
        order, _move = self.overdue()
        self.method(self.sale(order), invoice_rule="validate")
        self.connection.run_operation("export_invoices")
        reminder = self.open_one()
        self.assertEqual(order["total_paid"], order["grand_total"])
        self.assertEqual(reminder.state, "proposed", reminder.hold_reason)
        sale = self.sale(order)
        self.assertEqual(sale.magento_total_paid, sale.magento_grand_total)

    def test_registered_already(self):
        """Money that Odoo has taken over is not counted again for what is left."""
        self.connection.import_invoices = "posted"
        order, sale = self.placed()
        journal = self.company_data["default_journal_bank"]
        self.method(sale, register_payments="paid", payment_journal_id=journal.id)
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.received(remote).move_id
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.run_import()
        orders = [sale.id]
        paid = Shops(self.su).find_paid(orders)
        self.assertFalse(sum(paid.values()))

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
