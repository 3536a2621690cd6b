from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.exceptions import UserError
from odoo.tests import tagged

from ....models.magento.extends.account_payment import AccountPayment
from ....models.magento.receiving.receivers.payments import PAYMENTS_PER_STEP, Payments
from ...shared.versions import GROUPS, PERIOD_LOCK
from .receiving_common import MagentoReceivingCommon

REFUSAL = UserError("No such journal")


class InvoicesCommon(MagentoReceivingCommon):
    """Invoices that the shop's staff makes."""

    kind = "invoice"
    code = "import_invoices"

    def placed(self, *lines, **terms):
        order = self.place(*lines, **terms)
        return order, self.import_placed(order)

    def shop_invoice(self, order, items=None, **values):
        return self.admin.invoice(order["entity_id"], items, **values)

    def post(self, sale):
        invoice = sale._create_invoices()
        invoice.action_post()
        return invoice

    def method(self, sale, **values):
        sale.magento_payment_method_id.sudo().write(values)

    def assert_bills(self, document, remote, state="posted"):
        self.assertEqual(
            document.sync_state, "done", document.last_error or document.waiting_reason
        )
        move = document.move_id
        self.assertEqual(move.state, state)
        self.assertAlmostEqual(move.amount_total, float(remote["grand_total"]), 2)
        self.assertAlmostEqual(move.amount_tax, float(remote["tax_amount"]), 2)
        self.assertEqual(move.currency_id.name, remote["order_currency_code"])
        return move

    def assert_not_exported(self):
        """No invoice goes back to the shop."""
        before = len(self.simulator.book.invoices.all())
        methods = self.connection.payment_method_ids
        methods.write({"invoice_rule": "validate"})
        self.connection.run_operation("export_invoices")
        self.assertEqual(len(self.simulator.book.invoices.all()), before)


@tagged("post_install", "-at_install")
class TestMagentoReceivingInvoices(InvoicesCommon):
    """An invoice of the shop is tied to Odoo's; only else it becomes one."""

    def setUp(self):
        super().setUp()
        self.connection.import_invoices = "posted"

    def test_off(self):
        """By default nothing comes in, and nothing is asked for."""
        order, sale = self.placed()
        connection = self.make_connection()
        self.assertEqual(connection.import_invoices, "off")
        self.connection.import_invoices = "off"
        remote = self.shop_invoice(order)
        before = len(self.simulator.requests)
        self.take_in()
        self.assertEqual(len(self.simulator.requests), before)
        self.assertFalse(self.received(remote))
        self.assertFalse(sale.invoice_ids)

    def test_posted(self):
        order, sale = self.placed("SKU-001", ("SKU-002", 2), "VIRT-1")
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.assert_bills(self.received(remote), remote)
        self.assertEqual(sale.invoice_ids, move)
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assert_not_exported()
        self.take_in()
        self.assertEqual(len(sale.invoice_ids), 1)

    def test_draft(self):
        self.connection.import_invoices = "draft"
        order, _sale = self.placed()
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.assert_bills(self.received(remote), remote, "draft")
        move.action_post()
        self.assert_not_exported()

    def test_random(self):
        """Every kind of order, in parts and whole, to the cent."""
        self.add_rates()
        remotes = []
        for seed in range(8):
            order = self.place_random(seed)
            sale = self.import_placed(order)
            line = sale.order_line.filtered(lambda x: x.magento_role == "product")[:1]
            remotes.append(self.shop_invoice(order, {int(line.magento_item_id): 1}))
            if line.product_uom_qty > 1 or len(sale.order_line) > 2:
                remotes.append(self.shop_invoice(order))
        self.take_in()
        for remote in remotes:
            self.assert_bills(self.received(remote), remote)

    def test_kinds_of_products(self):
        order, sale = self.placed(
            {"sku": "TEE", "qty": 2, "variant": "TEE-M"}, "BUN-DYN", "BUN-FIX-SEP"
        )
        remote = self.shop_invoice(order)
        self.take_in()
        self.assert_bills(self.received(remote), remote)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_covered_by_posted(self):
        order, sale = self.placed(("SKU-001", 2))
        invoice = self.post(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.received(remote).move_id, invoice)
        self.assertEqual(sale.invoice_ids, invoice)
        self.assert_not_exported()

    def test_covered_by_draft(self):
        order, sale = self.placed(("SKU-001", 2))
        draft = sale._create_invoices()
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.received(remote).move_id, draft)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(sale.invoice_ids, draft)

    def test_covered_by_another_total(self):
        """A draft of the same items that comes to more is tied; the rest shows."""
        order, sale = self.placed(("SKU-001", 4))
        move = sale._create_invoices()
        line = move.invoice_line_ids.filtered(lambda x: x.product_id.type == "product")
        line.price_unit += 1
        remote = self.shop_invoice(order)
        self.take_in()
        document = self.received(remote)
        self.assertEqual(document.move_id, move)
        self.assertAlmostEqual(document.odoo_total, move.amount_total)
        self.assertAlmostEqual(
            document.difference, remote["grand_total"] - move.amount_total
        )
        self.assertTrue(document.difference)
        self.assertTrue(document.difference_cause)
        equal_order, equal = self.placed()
        self.post(equal)
        remote = self.shop_invoice(equal_order)
        self.take_in()
        document = self.received(remote)
        self.assertAlmostEqual(document.odoo_total, remote["grand_total"])
        self.assertFalse(document.difference or document.difference_cause)

    def test_part_of_a_posted_one(self):
        """Two invoices of the shop are one in Odoo; the rest is still exported."""
        order, sale = self.placed(("SKU-001", 3))
        self.method(sale, invoice_rule="validate")
        invoice = self.post(sale)
        item = self.item(order, "SKU-001")
        remotes = [self.shop_invoice(order, {item: 1}) for _number in range(2)]
        self.take_in()
        for remote in remotes:
            self.assertEqual(self.received(remote).move_id, invoice)
        self.connection.run_operation("export_invoices")
        self.assertEqual(len(self.simulator.book.invoices.all()), 3)
        self.assertEqual(order["items"][0]["qty_invoiced"], 3)

    def test_other_draft(self):
        """A draft with other items is not the one, and nothing is billed twice."""
        order, sale = self.placed(("SKU-001", 3))
        draft = sale._create_invoices()
        remote = self.shop_invoice(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        document = self.received(remote)
        self.assertEqual(document.sync_state, "pending")
        self.assertIn("leaves only 0", document.last_error)
        draft.unlink()
        document.action_retry()
        self.assert_bills(document, remote)

    def test_exported_does_not_come_back(self):
        _order, sale = self.placed()
        self.method(sale, invoice_rule="validate")
        invoice = self.post(sale)
        self.connection.run_operation("export_invoices")
        self.take_in()
        self.assertEqual(sale.invoice_ids, invoice)
        documents = self.su["magento.document"].search([("kind", "=", "invoice")])
        self.assertEqual(documents.mapped("direction"), ["push"])

    def test_locked_period(self):
        self.company.fiscalyear_lock_date = "2021-12-31"
        order, _sale = self.placed()
        remote = self.shop_invoice(order)
        self.change_remote(
            self.simulator.book.invoices, remote, created_at="2021-06-01 10:00:00"
        )
        log = self.take_in()
        document = self.received(remote)
        move = self.assert_bills(document, remote, "draft")
        self.assertIn("locked period", document.waiting_reason)
        self.assertIn("locked period", self.messages(log, "warning"))
        self.assertEqual(str(move.invoice_date), "2021-06-01")

    def test_other_locks(self):
        """The lock of taxes counts, and the one that advisers themselves may pass."""
        self.manager.sudo()[GROUPS] += self.env.ref("account.group_account_manager")
        for name in ("tax_lock_date", PERIOD_LOCK):
            self.company[name] = "2021-12-31"
            order, _sale = self.placed()
            remote = self.shop_invoice(order)
            self.change_remote(
                self.simulator.book.invoices, remote, created_at="2021-06-01 10:00:00"
            )
            self.take_in()
            document = self.received(remote)
            self.assert_bills(document, remote, "draft")
            self.assertIn("Resolution", document.waiting_reason, name)
            self.company[name] = False

    def test_day_after_the_lock(self):
        self.company.fiscalyear_lock_date = "2021-12-31"
        order, _sale = self.placed()
        remote = self.shop_invoice(order)
        self.change_remote(
            self.simulator.book.invoices, remote, created_at="2022-01-01 10:00:00"
        )
        self.take_in()
        self.assert_bills(self.received(remote), remote)

    def test_currency(self):
        order, _sale = self.placed(store="us", billing={"country_id": "FR"})
        remote = self.shop_invoice(order)
        self.take_in(self.clerk)
        self.assert_bills(self.received(remote), remote)

    def test_queries(self):
        """What an invoice costs does not grow with their number."""

        def invoice_many(count):
            for _number in range(count):
                self.shop_invoice(self.placed("SKU-001", ("SKU-002", 2))[0])

        invoice_many(2)
        self.count_queries()
        invoice_many(5)
        few = self.count_queries()
        invoice_many(10)
        many = self.count_queries()
        self.assertLess(many, 2 * few)

    def test_key_of_a_push(self):
        order, sale = self.placed()
        document = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "invoice",
                "direction": "push",
                "sale_order_id": sale.id,
                "sync_state": "unknown",
            }
        )
        remote = self.shop_invoice(order, comment=f"INV/1 [{document.key}]")
        self.take_in()
        self.assertFalse(self.received(remote))
        self.assertFalse(sale.invoice_ids)


@tagged("post_install", "-at_install")
class TestMagentoReceivingPayments(InvoicesCommon):
    """Money comes in only where the shop itself invoiced, and never as an echo."""

    def setUp(self):
        super().setUp()
        self.connection.import_invoices = "posted"
        self.journal = self.company_data["default_journal_bank"]

    def registering(self, sale):
        self.method(sale, register_payments="paid", payment_journal_id=self.journal.id)

    def payment(self, remote):
        return self.su["magento.document"].search(
            [
                ("kind", "=", "payment"),
                ("connection_id", "=", self.connection.id),
                ("magento_id", "=", str(remote["entity_id"])),
            ]
        )

    def assert_paid(self, move, is_paid=True):
        paid = move.payment_state in ("paid", "in_payment")
        self.assertEqual(paid, is_paid, move.payment_state)

    def many_paid(self, count):
        """Place orders that the shop has invoiced, and whose payments are registered.

        :return: the shop's invoices
        """
        orders = [self.place() for _number in range(count)]
        self.run_import()
        self.registering(self.sale(orders[0]))
        return [self.shop_invoice(order) for order in orders]

    def test_queries(self):
        """Payments are made and reconciled in batches."""
        self.many_paid(1)
        self.take_in()  # Odoo itself numbers the first payment of a year
        remotes = self.many_paid(PAYMENTS_PER_STEP)
        counts, register = [], Payments.register

        def count(payments, *args):
            before = self.cr.sql_log_count
            register(payments, *args)
            counts.append(self.cr.sql_log_count - before)

        with patch.object(Payments, "register", count):
            self.take_in()
        for remote in remotes:
            self.assertEqual(self.payment(remote).sync_state, "done")
            self.assert_paid(self.received(remote).move_id)
        payments = self.su["account.payment"].search(
            [("journal_id", "=", self.journal.id)], order="id"
        )
        numbers = [int(payment.name.rsplit("/", 1)[-1]) for payment in payments]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.assertLessEqual(sum(counts) / len(remotes), 15)

    def test_killed(self):
        """What came in before a run was killed stays, and nothing comes twice."""
        remotes = self.many_paid(3)
        calls, register = [], AccountPayment._magento_register

        def die(payments, *args):
            calls.append(args)
            if len(calls) == 2:
                raise OperationalError("killed")
            return register(payments, *args)

        with (
            patch(f"{Payments.__module__}.PAYMENTS_PER_STEP", 1),
            patch.object(AccountPayment, "_magento_register", die),
        ):
            self.take_in()
            self.assertEqual(
                [self.payment(each).sync_state for each in remotes],
                ["done", False, False],
            )
            self.assertTrue(all(self.received(each).move_id for each in remotes))
            self.take_in()
        for remote in remotes:
            self.assert_paid(self.received(remote).move_id)
        payments = self.su["account.payment"].search(
            [("journal_id", "=", self.journal.id)]
        )
        self.assertEqual(len(payments), 3)

    def test_one_is_refused(self):
        """A payment that Odoo refuses stops none of the others."""
        remotes = self.many_paid(3)
        prepare = AccountPayment._magento_prepare_vals

        def refuse(payments, move, amount, date, method, invoice):
            if invoice.magento_id == str(remotes[1]["entity_id"]):
                raise REFUSAL
            return prepare(payments, move, amount, date, method, invoice)

        with patch.object(AccountPayment, "_magento_prepare_vals", refuse):
            self.take_in()
        states = [self.payment(each).sync_state for each in remotes]
        self.assertEqual(states, ["done", "pending", "done"])
        self.assertIn("No such journal", self.payment(remotes[1]).last_error)

    def test_never_by_default(self):
        order, sale = self.placed()
        self.assertEqual(sale.magento_payment_method_id.register_payments, "never")
        remote = self.shop_invoice(order)
        self.take_in()
        self.assert_paid(self.received(remote).move_id, False)
        self.assertFalse(self.payment(remote))

    def test_paid(self):
        order, sale = self.placed()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.take_in()
        move = self.received(remote).move_id
        self.assert_paid(move)
        self.assertFalse(move.amount_residual)
        payments = self.su["account.payment"].search(
            [("journal_id", "=", self.journal.id)]
        )
        self.assertEqual(payments.mapped("amount"), [remote["grand_total"]])

    def test_without_importing_invoices(self):
        """The invoice that Odoo has is paid; without one the payment waits."""
        self.connection.import_invoices = "off"
        order, sale = self.placed()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertIn("Resolution", self.received(remote).waiting_reason)
        move = self.post(sale)
        self.take_in()
        self.assert_paid(move)

    def test_not_paid_there(self):
        order, sale = self.placed()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.change_remote(self.simulator.book.invoices, remote, state=1)
        self.take_in()
        move = self.received(remote).move_id
        self.assert_paid(move, False)
        self.change_remote(self.simulator.book.invoices, remote, state=2)
        self.take_in()
        self.assert_paid(move)

    def test_exported_never_counts(self):
        """Exporting marks the order paid over there; that is no money."""
        _order, sale = self.placed()
        self.registering(sale)
        self.method(sale, invoice_rule="validate")
        move = self.post(sale)
        self.connection.run_operation("export_invoices")
        remote = self.simulator.book.invoices.all()[0]
        self.assertEqual(remote["state"], 2)
        self.take_in()
        self.assert_paid(move, False)
        self.assertFalse(self.payment(remote))

    def test_exported_without_an_answer(self):
        """An export of which nobody heard the end is not the shop's money either."""
        order, sale = self.placed()
        self.registering(sale)
        self.method(sale, invoice_rule="validate")
        move = self.post(sale)
        self.simulator.faults.add("hang_up_after", "POST", "/invoice$", times=1)
        self.connection.run_operation("export_invoices")
        remote = self.simulator.book.invoices.of_order(order["entity_id"])[0]
        self.take_in()
        self.assert_paid(move, False)
        self.connection.run_operation("export_invoices")
        self.assertEqual(self.received(remote, "push").sync_state, "done")
        self.assertFalse(self.received(remote, "push").is_adopted)
        self.take_in_again()
        self.assert_paid(move, False)

    def take_in_again(self):
        """Read all invoices once more."""
        self.connection.import_invoices_since = False
        self.take_in()

    def test_made_after_it_was_given_up(self):
        """What Magento made late has our key, though a later attempt takes it over."""
        order, sale = self.placed()
        self.registering(sale)
        self.method(sale, invoice_rule="validate")
        move = self.post(sale)
        self.simulator.faults.add("hang_up", "POST", "/invoice$", times=1)
        self.connection.run_operation("export_invoices")
        document = move.magento_document_ids
        remote = self.shop_invoice(order, comment=f"{move.name} [{document.key}]")
        document.write({"sync_state": "pending", "unknown_since": False})
        self.connection.run_operation("export_invoices")
        self.assertEqual(self.received(remote, "push"), document)
        self.take_in()
        self.assert_paid(move, False)
        self.assertFalse(self.payment(remote))

    def test_adopted_counts(self):
        """An invoice that the shop made and the export took over is money."""
        order, sale = self.placed()
        self.registering(sale)
        self.method(sale, invoice_rule="validate")
        remote = self.shop_invoice(order)
        move = self.post(sale)
        self.connection.run_operation("export_invoices")
        self.assertEqual(len(self.simulator.book.invoices.all()), 1)
        self.take_in()
        self.assert_paid(move)
        self.assertTrue(self.payment(remote))

    def test_draft_waits(self):
        self.connection.import_invoices = "draft"
        order, sale = self.placed()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "waiting")
        move = self.received(remote).move_id
        move.action_post()
        self.payment(remote).action_retry()
        self.assert_paid(move)

    def test_paid_already(self):
        order, sale = self.placed()
        self.registering(sale)
        move = self.post(sale)
        self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"journal_id": self.journal.id})._create_payments()
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "done")
        self.assertEqual(self.payment(remote).odoo_total, 0)
        self.assertFalse(move.amount_residual)

    def test_journal_missing(self):
        order, sale = self.placed()
        self.method(sale, register_payments="paid")
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "pending")
        self.assertIn("Resolution", self.payment(remote).last_error)
        self.registering(sale)
        self.payment(remote).with_user(self.clerk).action_retry()
        self.assert_paid(self.received(remote).move_id)

    def test_locked_period(self):
        order, sale = self.placed()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.post(sale)
        self.company.fiscalyear_lock_date = "2021-12-31"
        self.change_remote(
            self.simulator.book.invoices, remote, created_at="2021-06-01 10:00:00"
        )
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "waiting")
        self.assertIn("locked period", self.payment(remote).waiting_reason)

    def test_dollars(self):
        order, sale = self.placed(store="us", billing={"country_id": "FR"})
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.received(remote).move_id
        self.assert_paid(move)
        self.assertFalse(move.amount_residual)
