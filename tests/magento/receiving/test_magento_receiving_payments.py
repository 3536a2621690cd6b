import itertools
from unittest import skipIf, skipUnless
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from ....compat import (
    PAYMENT_IS_ENTRY,
    PAYMENT_TEXT,
    get_payment_lines,
    get_unpaid,
    link_payments,
)
from ....models.magento.extends.account_payment import AccountPayment
from ....models.magento.receiving.receivers.payments import Payments
from ...shared.accounting_common import AccountingCommon
from ..common import ONE
from .invoices_common import InvoicesCommon

REFUSAL = UserError("No such journal")
# Of one payment more in a batch; where it is no entry, Odoo makes one of it
MOST_QUERIES = 10 if PAYMENT_IS_ENTRY else 40


@tagged("post_install", "-at_install")
class TestMagentoReceivingPayments(InvoicesCommon):
    """Money comes in only where the shop itself invoiced, and never as an echo."""

    BOUGHT = (ONE,)

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
        orders = self.import_many(count)
        self.registering(self.sale(orders[0]))
        return [self.shop_invoice(order) for order in orders]

    @skipIf(PAYMENT_IS_ENTRY, "Here every payment has an entry.")
    def test_not_booked_yet(self):
        """What is booked with the bank's statement counts as paid before that."""
        _order, sale = self.sell()
        move = self.post(sale)
        payment = self.su["account.payment"].create(
            {
                "partner_id": move.partner_id.id,
                "amount": move.amount_total,
                "currency_id": move.currency_id.id,
                "journal_id": self.journal.id,
            }
        )
        payment.outstanding_account_id = False
        payment.state = "in_process"
        link_payments(payment, [move])
        self.assertFalse(payment.move_id)
        self.assertEqual(get_unpaid(move), 0)

    def test_queries(self):
        """Payments are made and reconciled in batches, whatever they differ in."""
        for store in ("default", "us"):
            with self.subTest(store):
                few, many = (self.count_of(count, store) for count in (3, 11))
                self.assertLessEqual((many - few) / 8, MOST_QUERIES)

    def count_of(self, count, store):
        """Return how many queries it takes to register so many payments."""
        orders = [
            self.place(
                ("SKU-001", number + 1),
                "SKU-002",
                store=store,
                customer={"email": f"buyer{number}@example.org"},
            )
            for number in range(count)
        ]
        self.run_import()
        self.registering(self.sale(orders[0]))
        remotes = [self.shop_invoice(order) for order in orders]
        for number, remote in enumerate(remotes):
            day = f"2021-06-{number % 28 + 1:02} 10:00:00"
            self.change_remote(self.simulator.book.invoices, remote, created_at=day)
        counts, register = [], Payments.register

        def measure(payments, *args):
            self.env.flush_all()
            before = self.cr.sql_log_count
            register(payments, *args)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)

        with patch.object(Payments, "register", measure):
            self.take_in()
        for remote in remotes:
            self.assertEqual(self.payment(remote).sync_state, "done")
            self.assert_paid(self.received(remote).move_id)
        return sum(counts)

    def test_numbers(self):
        """Payments are numbered without a gap, in each period that Odoo knows."""
        days = ["2021-12-30", "2022-01-02", "2021-12-31", "2022-01-03", "2022-02-01"]
        remotes = self.many_paid(5)
        for remote, day in zip(remotes, days, strict=True):
            self.change_remote(
                self.simulator.book.invoices, remote, created_at=f"{day} 10:00:00"
            )
        self.take_in()
        payments = self.su["account.payment"].search(
            [("journal_id", "=", self.journal.id)], order="date"
        )
        numbers = [payment.name.rsplit("/", 2)[-2:] for payment in payments]
        self.assertEqual(
            sorted(numbers),
            [
                ["2021", "00001"],
                ["2021", "00002"],
                ["2022", "00001"],
                ["2022", "00002"],
                ["2022", "00003"],
            ],
        )

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
        order, sale = self.sell()
        self.assertEqual(sale.magento_payment_method_id.register_payments, "never")
        remote = self.shop_invoice(order)
        self.take_in()
        self.assert_paid(self.received(remote).move_id, False)
        self.assertFalse(self.payment(remote))

    def test_paid(self):
        order, sale = self.sell()
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
        order, sale = self.sell()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertIn("Resolution", self.received(remote).waiting_reason)
        move = self.post(sale)
        self.take_in()
        self.assert_paid(move)

    def test_not_paid_there(self):
        order, sale = self.sell()
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
        _order, sale = self.sell()
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
        order, sale = self.sell()
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
        order, sale = self.sell()
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
        order, sale = self.sell()
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
        order, sale = self.sell()
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "waiting")
        move = self.received(remote).move_id
        move.action_post()
        self.payment(remote).action_retry()
        self.assert_paid(move)

    def test_paid_already(self):
        order, sale = self.sell()
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
        order, sale = self.sell()
        self.method(sale, register_payments="paid")
        remote = self.shop_invoice(order)
        self.take_in()
        self.assertEqual(self.payment(remote).sync_state, "pending")
        self.assertIn("Resolution", self.payment(remote).last_error)
        self.registering(sale)
        self.payment(remote).with_user(self.clerk).action_retry()
        self.assert_paid(self.received(remote).move_id)

    def test_locked_period(self):
        order, sale = self.sell()
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
        order, sale = self.sell(store="us", billing={"country_id": "FR"})
        self.registering(sale)
        remote = self.shop_invoice(order)
        self.take_in()
        move = self.received(remote).move_id
        self.assert_paid(move)
        self.assertFalse(move.amount_residual)


# What has the numbers of a payment and of its invoice
OWN = {
    "name",
    "move_name",
    "sequence_number",
    "matching_number",
    "payment_reference",
    "ref",
}


@skipUnless(PAYMENT_IS_ENTRY, "Here it is Odoo that registers them.")
@tagged("post_install", "-at_install")
class TestMagentoPaymentsAsOdoo(AccountingCommon):
    """What is registered at once is what Odoo registers one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.company_data["company"]
        company.currency_id = cls.env.ref("base.EUR")
        cls.env = cls.env(su=True, context={"allowed_company_ids": company.ids})
        cls.journal = cls.company_data["default_journal_bank"].with_env(cls.env)
        cls.taxes = cls.env["account.tax"]
        cls.dollars = cls.env.ref("base.USD")
        cls.dollars.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.dollars.id, "name": day, "rate": rate}
                for day, rate in (("2021-05-01", 1.1), ("2021-07-01", 1.25))
            ]
        )

    def invoices(self, currencies):
        """Return an invoice in each of some currencies, each of a buyer of its own."""
        partners = self.env["res.partner"].create(
            [{"name": f"Buyer {number}"} for number, _x in enumerate(currencies)]
        )
        taxes = {"name": "Thing", "tax_ids": [Command.set(self.taxes.ids)]}
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "currency_id": currency.id,
                    "invoice_date": "2021-06-01",
                    "invoice_line_ids": [
                        Command.create({**taxes, "price_unit": 100 + number})
                    ],
                }
                for number, (partner, currency) in enumerate(
                    zip(partners, currencies, strict=True)
                )
            ]
        )
        moves.action_post()
        return moves

    def dues(self):
        """Return invoices, and the values of payments of them: all and in part."""
        dues = []
        cases = list(
            itertools.product(
                (self.journal.company_id.currency_id, self.dollars),
                ("2021-06-02", "2021-07-02"),
                (1, 0.4),
            )
        )
        moves = self.invoices([currency for currency, _day, _part in cases])
        for number, move in enumerate(moves):
            currency, day, part = cases[number]
            values = {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": move.commercial_partner_id.id,
                "journal_id": self.journal.id,
                "currency_id": currency.id,
                "amount": currency.round(move.amount_total * part),
                "date": fields.Date.to_date(day),
                "destination_account_id": move._magento_get_owed().account_id.id,
                PAYMENT_TEXT: f"Payment {number}",
            }
            dues.append((move, values))
        return dues

    def register_one_by_one(self, dues):
        payments = self.env["account.payment"]
        for move, values in dues:
            payment = payments.create(dict(values))
            payment.action_post()
            lines = get_payment_lines(payment) | move._magento_get_owed()
            account = payment.destination_account_id
            lines.filtered(lambda line, a=account: line.account_id == a).reconcile()
            link_payments(payment, [move])
            payments |= payment
        return payments

    def describe(self, dues, payments):
        """Return what there is of each payment in the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        moves = [move for move, _values in dues]
        return [
            [
                *map(self.values_of, (payment, payment.move_id, move)),
                *map(self.values_of, get_payment_lines(payment).sorted("debit")),
                *map(self.values_of, self.matches(move)),
                *map(self.values_of, self.matches(move).exchange_move_id.line_ids),
                *map(self.values_of, move.tax_cash_basis_created_move_ids.line_ids),
                get_payment_lines(payment).mapped("ref"),
                move.partner_id.customer_rank,
                payment.reconciled_invoice_ids == move,
            ]
            for payment, move in zip(payments, moves, strict=True)
        ]

    @staticmethod
    def matches(move):
        return move.line_ids.matched_credit_ids

    @staticmethod
    def values_of(record):
        """Return what a record has in the database, but its name and number."""
        shared = ("account.account", "account.journal", "res.currency")
        stored = {
            name: field
            for name, field in record._fields.items()
            if field.store and name not in OWN | set(MAGIC_COLUMNS)
        }
        [values] = record.read(list(stored), load=False)
        return {
            name: values[name]
            if field.comodel_name in (None, *shared)
            else bool(values[name])
            for name, field in stored.items()
        }

    def assert_equal(self):
        usual, ours = self.dues(), self.dues()
        expected = self.describe(usual, self.register_one_by_one(usual))
        payments = self.env["account.payment"]._magento_register(ours)
        found = self.describe(ours, payments)
        for one, other in zip(found, expected, strict=True):
            self.assertEqual(one, other)
        states = [move.payment_state for move, _values in ours]
        self.assertEqual(states.count("partial"), 4)
        self.assertTrue(any(self.matches(move).exchange_move_id for move, _x in ours))
        return ours

    def test_equal(self):
        self.assert_equal()

    def test_analytic(self):
        """Analytic accounts that are given by default are there as well."""
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        values = {"name": "Money", "plan_id": plan.id}
        account = self.env["account.analytic.account"].create(values)
        distribution = {"analytic_distribution": {str(account.id): 100}}
        self.env["account.analytic.distribution.model"].create(distribution)
        self.assert_equal()

    def test_taxes_due_with_the_payment(self):
        self.journal.company_id.tax_exigibility = True
        transition = self.company_data["default_account_revenue"].copy()
        transition.reconcile = True
        self.taxes = (
            self.company_data["default_tax_sale"]
            .with_env(self.env)
            .copy(
                {
                    "amount": 19.6,
                    "tax_exigibility": "on_payment",
                    "cash_basis_transition_account_id": transition.id,
                }
            )
        )
        for move, _values in self.assert_equal():
            self.assertTrue(move.tax_cash_basis_created_move_ids)
