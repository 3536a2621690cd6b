from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.shared import integration_runner_mixin as runner
from ....tools.magento import MagentoClient, Page
from ...shared.versions import GROUPS, run_cron
from ...simulators.magento.search_criteria import InputLimits
from ..common import MANAGER, USER, MagentoCommon
from .test_magento_reconciliation import ReconciliationCommon

# The one that follows another order than none
SECOND_PAGE = r"filter_groups\]\[2\]\[filters\]\[0\]\[value\]=(?!0&)"
EVER = {"date_from": "2020-01-01", "date_to": "2100-01-01"}


@tagged("post_install", "-at_install")
class TestMagentoReconciliationRuns(ReconciliationCommon):
    """Pages, failures, what is ignored and remembered, rights and cost."""

    def begin(self, user=None):
        """Start a reconciliation of all orders."""
        reconciliations = self.env["magento.reconciliation"]
        return reconciliations.with_user(user or self.clerk)._begin(
            self.connection, **EVER
        )

    def raw(self, order):
        """Return an order as the shop's API gives it."""
        with self.connection.sudo()._get_client() as client:
            return client.get(f"orders/{order['entity_id']}")

    # Pages

    def test_many_pages(self):
        """Each order is compared once, on whatever page."""
        self.connection.page_size = 20
        ids = self.simulator.place_many(45)
        self.run_import()
        self.invoice(self.sale({"entity_id": ids[30]}))
        for last in (ids[44], ids[19]):
            self.simulator.book.orders.remove(last)
        found = self.begin()
        self.assertEqual((found.order_count, found.equal_count), (45, 42))
        self.assertEqual(
            sorted(found.line_ids.mapped("magento_order_id"), key=int),
            [str(ids[19]), str(ids[30]), str(ids[44])],
        )
        self.assertEqual(sum(found.total_ids.mapped("order_count")), 42)
        self.assertEqual(found.progress, 100)

    def test_shop_that_limits_pages(self):
        """A shop that gives less than it is asked for leaves nothing out."""
        self.simulator.place_many(45)
        self.simulator.input_limits = InputLimits(maximum_page_size=20)
        self.assertEqual(self.begin().order_count, 45)

    def test_no_page_is_told_twice(self):
        """A page that the shop gives again ends the run with words."""
        page = Page([{**self.raw(self.place()), "entity_id": 7}], 45)
        with patch.object(MagentoClient, "records", lambda *_args: iter([page])):
            found = self.begin()
        self.assertEqual(found.order_count, 1)
        self.assertEqual(found.state, "failed")
        self.assertIn("left out a page", found.last_error)

    def test_list_that_fails_at_one(self):
        """An order at which the shop's list fails differs; the others are compared."""
        self.connection.page_size = 2
        orders = [self.place() for _number in range(5)]
        self.run_import()
        self.simulator.book.orders.break_(orders[2]["entity_id"])
        found = self.begin()
        self.assertEqual(
            (found.state, found.order_count, found.equal_count), ("done", 5, 4)
        )
        self.assertEqual(found.total_count, 5)
        self.assertEqual(found.line_ids.magento_order_id, str(orders[2]["entity_id"]))
        self.assertEqual(found.line_ids.cause_code, "malformed")

    def test_order_without_readable_amounts(self):
        order = self.place()
        self.change(order, grand_total="many")
        line = self.begin().line_ids
        self.assert_cause(line, "malformed", "grand_total")

    # Failures and interruptions

    def test_failure_and_another_try(self):
        """What was read stays shown as not finished; another try begins anew."""
        self.place()
        self.simulator.faults.add("unauthorized", times=1)
        found = self.begin()
        self.assertEqual((found.state, found.result), ("failed", "failed"))
        self.assertIn("Resolution", found.last_error)
        self.assertIn("not checked to the end", found.conclusion)
        self.assertEqual((found.log_id.operation, found.log_id.state), LOG_FAILED)
        self.assertIn(found.last_error, self.messages(found.log_id.sudo(), "error"))
        action = found.action_start_anew()
        self.assertEqual(action["res_id"], found.id)
        self.assertEqual((found.state, found.order_count), ("done", 1))
        self.assertFalse(found.last_error)
        self.assertEqual(found.log_id.state, "done")
        self.assertIn(found.conclusion, self.messages(found.log_id.sudo()))

    def test_fails_on_a_later_page(self):
        """Nothing is counted twice in the next try."""
        self.connection.page_size = 20
        self.simulator.place_many(45)
        self.simulator.faults.add("unauthorized", path=SECOND_PAGE, times=1)
        found = self.begin()
        self.assertEqual((found.state, found.order_count), ("failed", 20))
        found.action_start_anew()
        self.assertEqual((found.state, found.order_count), ("done", 45))
        self.assertEqual(len(found.line_ids), 45)

    def test_goes_on_in_the_background(self):
        """What takes longer goes on where it was, without anybody's doing."""
        self.connection.page_size = 20
        self.simulator.place_many(45)
        with (
            patch.object(runner, "SECONDS_PER_RUN", 0),
            patch.object(runner, "request", object()),
        ):
            found = self.begin()
        self.assertEqual((found.state, found.order_count), ("running", 20))
        self.assertEqual(found.total_count, 45)
        self.assertEqual(found.progress, 44)
        self.assertIn("20 of 45", found.conclusion)
        cron = self.env.ref("coopcycle_magento.ir_cron_reconcile").sudo()
        triggers = self.su["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        with self.assertRaises(UserError):
            found.action_start_anew()
        log = found.log_id
        run_cron(cron)
        self.assertEqual((found.state, found.order_count), ("done", 45))
        self.assertEqual(len(found.line_ids), 45)
        self.assertEqual(found.log_id, log)
        self.assertEqual(found.user_id, self.clerk)

    def test_checking_once_more_keeps_the_result(self):
        self.place()
        found = self.begin()
        action = found.action_start_anew()
        again = self.env["magento.reconciliation"].browse(action["res_id"])
        self.assertNotEqual(again, found)
        self.assertEqual(
            (again.date_from, again.date_to), (found.date_from, found.date_to)
        )
        self.assertTrue(found.line_ids)

    # Buttons

    def test_import_from_a_difference(self):
        order = self.place()
        line = self.begin().line_ids
        notice = line.action_import()
        self.assertEqual(notice["params"]["type"], "success")
        self.assertEqual(line.state, "settled")
        self.assertTrue(self.sale(order))
        self.assertTrue(line.checked_again_at)

    def test_still_different(self):
        """Figures and cause of now replace those of before."""
        self.product("SKU-001").default_code = "other"
        order = self.place()
        line = self.begin().line_ids
        self.assert_cause(line, "missing", "nothing holds it back")
        notice = line.action_import()
        self.assertEqual(notice["params"]["type"], "warning")
        self.assert_cause(line, "missing", "SKU-001")
        self.assertIn(line.cause, notice["params"]["message"])
        self.assertEqual(line.state, "open")
        self.assertFalse(self.sale(order))

    def test_shop_that_is_not_reached(self):
        self.place()
        line = self.begin().line_ids
        self.simulator.faults.add("unauthorized")
        notice = line.action_check_again()
        self.assertEqual(notice["params"]["type"], "danger")
        self.assertIn("Resolution", notice["params"]["message"])
        self.assertEqual(line.state, "open")

    def test_vanished_order_comes_back(self):
        order = self.place()
        self.run_import()
        self.simulator.book.orders.remove(order["entity_id"])
        line = self.begin().line_ids
        line.action_check_again()
        self.assertEqual((line.state, line.cause_code), ("open", "vanished"))
        self.simulator.book.orders.add(order)
        line.action_check_again()
        self.assertEqual(line.state, "settled")

    def test_several_at_once(self):
        for _number in range(3):
            self.place()
        lines = self.begin().line_ids
        self.assertIn("3 of 3", lines.action_import()["params"]["message"])

    def test_opens_what_belongs_to_it(self):
        order = self.place()
        sale = self.import_placed(order)
        move = self.invoice(sale)
        line = self.begin().line_ids
        self.assertEqual(line.action_open_order()["res_id"], sale.id)
        self.assertEqual(line.action_open_invoices()["res_id"], move.id)
        self.assertEqual(line.action_open_deliveries()["res_id"], sale.picking_ids.id)
        missing = self.place()
        line = self.begin().line_ids.filtered(
            lambda each: each.magento_order_id == str(missing["entity_id"])
        )
        with self.assertRaises(UserError):
            line.action_open_order()

    # Ignoring

    def test_ignored_as_long_as_the_figures_stay(self):
        order = self.place()
        first = self.begin()
        self.ignore(first.line_ids, "A test of ours")
        line = first.line_ids
        self.assertEqual(line.state, "ignored")
        self.assertEqual(line.ignored_reason, "A test of ours")
        self.assertEqual(line.ignored_by_id, self.clerk)
        self.assertTrue(line.ignored_at)
        self.assertEqual(first.result, "accepted")
        self.assertIn("accepted with a reason: 1", first.conclusion)
        second = self.begin(self.manager)
        self.assertEqual(second.line_ids.state, "ignored")
        self.assertEqual(second.line_ids.ignored_by_id, self.clerk)
        self.simulator.admin.invoice(order["entity_id"])
        third = self.begin()
        self.assertEqual(third.line_ids.state, "open")
        self.assertEqual(third.result, "different")
        self.assertEqual(first.line_ids.state, "ignored")

    def test_no_longer_ignored(self):
        self.place()
        line = self.begin().line_ids
        self.ignore(line, "Perhaps")
        line.action_reopen()
        self.assertEqual(line.state, "open")
        self.assertEqual(self.begin().line_ids.state, "open")

    def ignore(self, lines, reason):
        context = lines.action_open_ignore()["context"]
        wizard = self.env["magento.reconciliation.ignore"].with_user(lines.env.user)
        wizard.with_context(**context).create({"reason": reason}).action_ignore()

    # Rights

    def test_users_run_and_write_nothing_else(self):
        self.place()
        found = self.begin()
        for record in (found, found.line_ids):
            with self.assertRaises(AccessError):
                record.write({"connection_id": self.connection.id})
            with self.assertRaises(AccessError):
                record.unlink()
        with self.assertRaises(AccessError):
            found.create({"connection_id": self.connection.id, **EVER})
        found.with_user(self.manager).unlink()

    def test_others_see_and_do_nothing(self):
        self.place()
        found = self.begin()
        nobody = self.make_user("nobody", "sales_team.group_sale_salesman")
        for action in (
            lambda: self.begin(nobody),
            lambda: found.with_user(nobody).action_start_anew(),
            lambda: found.line_ids.with_user(nobody).action_import(),
            lambda: found.line_ids.with_user(nobody)._ignore("No"),
            lambda: found.with_user(nobody).mapped("conclusion"),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_companies_apart(self):
        self.place()
        found = self.begin()
        self.ignore(found.line_ids[0], "Ours")
        other = self.su["res.company"].create({"name": "Other"})
        for number, groups in enumerate((USER, MANAGER)):
            stranger = self.make_user(f"stranger{number}", groups, other)
            for name in ("", ".line", ".total", ".ignored"):
                model = self.env[f"magento.reconciliation{name}"].with_user(stranger)
                self.assertFalse(model.search([]))
            with self.assertRaises(AccessError):
                self.begin(stranger)
            with self.assertRaises(AccessError):
                found.line_ids.with_user(stranger).action_check_again()
            with self.assertRaises(AccessError):
                found.line_ids.with_user(stranger)._ignore("Theirs")

    def test_export_of_the_list(self):
        """Both sides' figures and the cause are in the file that Odoo exports."""
        order = self.place()
        line = self.begin().line_ids
        names = ["increment_id", "cause", "magento_amount_ordered", "state"]
        self.clerk.sudo()[GROUPS] += self.env.ref("base.group_allow_export")
        row = line.export_data(names)["datas"][0]
        self.assertEqual(row[0], order["increment_id"])
        self.assertEqual(row[2], float(order["grand_total"]))

    # Cost

    def test_queries_of_a_page(self):
        """Twice the orders on a page cost no more queries, equal or not."""
        self.connection.page_size = 200
        self.place_and_import(4)
        self.count_queries()
        few = self.count_queries()
        self.place_and_import(8)
        many = self.count_queries()
        self.assertLessEqual(many, few + 3)

    def place_and_import(self, count):
        ids = self.simulator.place_many(count)
        self.run_import()
        for order_id in ids[: count // 2]:
            sale = self.sale({"entity_id": order_id})
            self.invoice(sale)
            self.deliver(sale)
            self.simulator.admin.invoice(order_id)
            self.simulator.admin.ship(order_id)
        self.env.flush_all()

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        found = self.begin()
        self.env.flush_all()
        self.assertEqual(found.result, "equal", found.line_ids.mapped("cause"))
        return self.cr.sql_log_count - before


LOG_FAILED = ("reconcile", "failed")


@tagged("post_install", "-at_install")
class TestMagentoReconciliationWizard(MagentoCommon):
    """The days that are proposed."""

    def test_periods(self):
        wizard = self.env["magento.reconciliation.wizard"].with_user(self.clerk).new({})
        today = fields.Date.context_today(wizard)
        self.assertEqual(wizard.connection_id._origin, self.connection)
        self.assertEqual(
            (wizard.date_from, wizard.date_to), (today.replace(day=1), today)
        )
        wizard.period = "last_month"
        wizard._onchange_period()
        self.assertEqual(wizard.date_from.day, 1)
        self.assertEqual((today.replace(day=1) - wizard.date_to).days, 1)
        wizard.period = "days"
        wizard.date_from, wizard.date_to = today, today.replace(day=1)
        if today.day > 1:
            with self.assertRaises(UserError):
                wizard.action_reconcile()
