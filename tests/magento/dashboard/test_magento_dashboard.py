from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...simulators.magento import MagentoSimulator
from ..common import USER, MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoDashboard(MagentoCommon):
    """The board: what it says, and that each number opens what it counted."""

    def board(self, connection=None):
        connection = connection or self.connection
        self.env.flush_all()
        connection.invalidate_recordset()
        return connection.with_user(self.clerk).board

    def numbers(self, connection=None):
        """Return {key: the number that is shown}."""
        return {
            number["key"]: number["count"]
            for group in self.board(connection)["groups"]
            for number in group["numbers"]
        }

    def click(self, key):
        """Return the records of the list that a number opens."""
        action = self.connection.with_user(self.clerk).action_open_board(key)
        # A filter that somebody has made the usual one would hide what was counted
        self.assertTrue(action["context"]["search_disable_custom_filters"])
        return self.env[action["res_model"]].search(action["domain"])

    def assert_number(self, key, records):
        self.assertEqual(self.numbers()[key], len(records))
        self.assertEqual(self.click(key), records.with_env(self.env))

    def operation_of(self, code, board=None):
        operations = (board or self.board())["operations"]
        return next(each for each in operations if each["code"] == code)

    # Numbers

    def test_documents(self):
        """Waiting, failed, skipped and differing documents: each in one number."""
        documents = self.su["magento.document"]
        values = {"connection_id": self.connection.id, "kind": "invoice"}
        values["direction"] = "push"
        euro = self.company.currency_id.id
        for state in ("waiting", "pending", "sending", "unknown"):
            documents |= documents.create({**values, "sync_state": state})
        waiting = documents
        failed = documents.create({**values, "last_error": "No"})
        skipped = documents.create(
            {**values, "sync_state": "skipped", "last_error": "No"}
        )
        done = {**values, "sync_state": "done", "currency_id": euro}
        documents.create({**done, "last_error": "once"})
        differing = documents.create({**done, "difference": 0.01})
        differing |= documents.create({**done, "difference_cause": "quantities"})
        for key, records in (
            ("waiting", waiting),
            ("failed", failed),
            ("skipped", skipped),
            ("differing_documents", differing),
        ):
            self.assert_number(key, records.sorted(reverse=True))

    def test_orders(self):
        """On hold, not confirmed, differing, and cancelled ones in none of them."""
        held, quotation, differing, canceled = (self.place() for _each in range(4))
        self.hold(held)
        self.connection.import_state_ids = self.env["magento.order.state"].search([])
        self.run_import()
        sales = [self.sale(each) for each in (held, quotation, differing, canceled)]
        sales[1]._magento_cancel()
        sales[1].action_draft()
        for sale in sales[2:]:
            sale.magento_grand_total += 1
        sales[3]._magento_cancel()
        self.assert_number("on_hold", sales[0])
        self.assert_number("not_confirmed", sales[1])
        self.assert_number("differing_orders", sales[2])
        self.assertEqual(self.board()["orders"], 4)

    def test_reconciliation(self):
        """The open differences of the last one that is done; the click opens it."""
        action = self.connection.with_user(self.clerk).action_open_board(
            "reconciliation"
        )
        self.assertEqual(action["res_model"], "magento.reconciliation.wizard")
        self.place()
        self.place()
        found = (
            self.env["magento.reconciliation"]
            .with_user(self.clerk)
            ._begin(self.connection, "2020-01-01", "2100-01-01")
        )
        self.assertEqual(self.numbers()["reconciliation"], 2)
        found.line_ids[0]._ignore("Test order")
        self.assertEqual(self.numbers()["reconciliation"], 1)
        action = self.connection.action_open_board("reconciliation")
        self.assertEqual(action["res_id"], found.id)

    def test_guesses(self):
        """What is to be confirmed or chosen, with the number and the way there."""
        settings = {each["key"]: each["label"] for each in self.board()["settings"]}
        for key, model in (
            ("guessed_stores", "magento.store"),
            ("guessed_payments", "magento.payment.method"),
            ("guessed_taxes", "magento.tax"),
            ("missing_taxes", "magento.tax"),
        ):
            records = self.click(key)
            self.assertEqual(records._name, model)
            self.assertIn(str(len(records)), settings[key])
            wanted = "guess" if key.startswith("guessed") else "missing"
            self.assertEqual(set(records.mapped("mapping_state")), {wanted})
        self.connection.action_confirm_guesses()
        self.connection.tax_ids.filtered(lambda tax: not tax.tax_id).unlink()
        self.assertFalse(self.board()["settings"])

    def test_accuracy(self):
        self.assertFalse(self.board()["accuracy"])
        self.set_accuracies(2, 2)
        self.assertIn("digits", self.board()["accuracy"])

    def test_chart(self):
        """Orders, invoices and failed runs of the last days, each on its day."""
        self.assertFalse(self.board()["chart"])
        self.place()
        self.run_import()
        self.simulator.faults.add("unauthorized")
        self.run_import()
        self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "invoice",
                "direction": "push",
                "sync_state": "done",
                "magento_date": fields.Datetime.now(),
            }
        )
        chart = self.board()["chart"]
        self.assertEqual(
            {each["label"]: each["values"][-1] for each in chart["series"]},
            {"Orders": 1, "Invoices in both": 1, "Runs with failures": 1},
        )
        self.assertEqual({len(each["values"]) for each in chart["series"]}, {14})

    def test_timeline(self):
        """What was exchanged of an order is on its timeline, for users of Magento."""
        order = self.place()
        self.run_import()
        sale = self.sale(order)
        document = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "shipment",
                "direction": "push",
                "sale_order_id": sale.id,
                "last_error": "No such item",
            }
        )
        self.env.flush_all()
        seller = "sales_team.group_sale_manager"
        for groups, is_seen in ((f"{USER},{seller}", True), (seller, False)):
            user = self.make_user(f"timeline_{is_seen}", groups)
            timelines = self.env["integration.timeline"].with_user(user)
            entries = timelines.read_timeline("sale.order", sale.id)
            found = [each for each in entries if each["id"] == document.id]
            self.assertEqual(
                [(each["what"], each["note"]) for each in found],
                [("Shipment to Magento: To Do", "No such item")] * is_seen,
            )

    def test_timeline_of_what_the_shop_did(self):
        """An order is ordered, comes in and is cancelled: in that sequence."""
        order = self.place()
        self.run_import()
        sale = self.sale(order)
        sale.date_order = fields.Datetime.subtract(sale.create_date, hours=2)
        timelines = self.su["integration.timeline"]

        def what():
            self.env.flush_all()
            entries = timelines.read_timeline("sale.order", sale.id)
            return [(each["what"], each["when"]) for each in entries]

        self.assertEqual(
            [words for words, _when in what()],
            ["Ordered in Magento", "Order entered", "Order confirmed"],
        )
        self.cancel(order)
        self.run_import()
        self.assertEqual(sale.state, "cancel")
        self.cr.precommit.run()
        known = what()
        self.assertEqual(known[-1][0], "Order cancelled")
        # Whatever else is written later
        self.env.flush_all()
        self.cr.execute(
            "UPDATE sale_order SET write_date = '2100-01-01' WHERE id = %s", [sale.id]
        )
        self.env.invalidate_all()
        self.assertEqual(what(), known)

    def test_no_such_number(self):
        with self.assertRaisesRegex(Exception, "no number"):
            self.connection.action_open_board("secrets")

    # Health

    def test_health(self):
        """New, ready, reached, failing, paused: in words, with the reason."""
        new = self.make_connection()
        self.assertEqual(self.board(new)["health"]["label"], "New")
        self.assertIn("Test Connection", self.board(new)["health"]["text"])
        self.assertEqual(self.board()["health"]["label"], "Ready")
        self.run_import()
        health = self.board()["health"]
        self.assertEqual((health["label"], health["text"]), ("Reached", ""))
        operation = self.operation_of("import_orders")
        self.assertEqual(operation["state"], "done")
        self.assertTrue(operation["text"])
        self.simulator.faults.add("unauthorized")
        self.run_import()
        health = self.board()["health"]
        self.assertEqual(health["label"], "Failing")
        self.assertIn("Import Orders", health["text"])
        self.assertIn("Resolution", health["text"])
        self.assertEqual(self.operation_of("import_orders")["state"], "failing")
        self.operation.write(
            {"paused_until": "2100-01-01 10:00:00", "pause_reason": "Out of order"}
        )
        health = self.board()["health"]
        self.assertEqual(health["label"], "Paused")
        self.assertIn("Out of order", health["text"])
        # Users have the shop's time zone
        self.assertIn("11:00", self.operation_of("import_orders")["text"])

    def test_run_now(self):
        self.place()
        action = self.connection.with_user(self.clerk).action_run_from_board(
            "import_orders"
        )
        log = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((log.operation, log.done_count), ("import_orders", 1))

    # Cost and rights

    def test_queries(self):
        """Ten shops cost as many queries as one."""
        one = self.count_queries(self.connection)
        connections = self.connection
        for _number in range(9):
            connection = self.make_connection(self.enter(MagentoSimulator()))
            connection.action_fetch_configuration()
            connections |= connection
        self.assertEqual(self.count_queries(connections), one)

    def count_queries(self, connections):
        connections = connections.with_user(self.clerk)
        self.env.flush_all()
        for _warm_up in range(2):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            connections.mapped("board")
        return self.cr.sql_log_count - before

    def test_rights(self):
        """Users of Magento see it, others do not; each company its own."""
        self.assertTrue(self.board())
        nobody = self.make_user("nobody")
        with self.assertRaises(AccessError):
            self.connection.with_user(nobody).mapped("board")
        with self.assertRaises(AccessError):
            self.connection.with_user(nobody).action_run_from_board("import_orders")
        other = self.su["res.company"].create({"name": "Other"})
        group = "coopcycle_magento.coopcycle_magento_group_manager"
        stranger = self.make_user("stranger", group, other)
        self.assertFalse(self.env["magento.connection"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.connection.with_user(stranger).mapped("board")

    def test_menu(self):
        """The app opens on the board."""
        root = self.su.ref("coopcycle_magento.magento_menu_root")
        first = root.child_id.sorted("sequence")[0]
        self.assertEqual(
            first.action, self.env.ref("coopcycle_magento.magento_dashboard_action")
        )
        self.assertIn("Connect your first shop", first.action.help)
