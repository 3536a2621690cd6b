from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ....compat import SOLD_TAXES, check_access
from ...shared.versions import GROUPS
from ..common import MANAGER, MagentoCommon

SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
NEUTRALIZE = Path(__file__).parents[3] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestMagentoRights(MagentoCommon):
    """Who may see and do what with a shop."""

    def as_user(self, user, record=None):
        return (record or self.connection).with_user(user)

    # Secrets

    def test_manager_sees_keys(self):
        self.assertEqual(self.connection.consumer_key, self.simulator.consumer_key)

    def test_user_reads_no_key(self):
        self.clerk.sudo()[GROUPS] += self.env.ref("base.group_allow_export")
        connection = self.as_user(self.clerk)
        self.assertEqual(
            connection.export_data(["name"])["datas"][0][0], connection.name
        )
        for name in SECRETS:
            with self.assertRaises(AccessError):
                connection.read([name])
            with self.assertRaises(AccessError):
                connection.export_data([name])
            with self.assertRaises(AccessError):
                connection._read_group([], [name])
            self.assertNotIn(name, connection.fields_get())
            self.assertNotIn(name, connection.read()[0])

    def test_user_guesses_no_key(self):
        """Searching and sorting by a key would tell it, letter by letter."""
        connections = self.as_user(self.clerk)
        start = self.simulator.access_token[:3]
        for model, domain in (
            (connections, [("access_token", "=like", f"{start}%")]),
            (connections, ["!", ("consumer_secret", "=", False)]),
            (
                connections.env["magento.store"],
                [("connection_id.access_token", ">", "a")],
            ),
            (
                connections.env["sale.order"],
                [("magento_connection_id.access_token", ">", "a")],
            ),
        ):
            with self.assertRaises(AccessError):
                model.search(domain)
            with self.assertRaises(AccessError):
                model.search_count(domain)
        with self.assertRaises(AccessError):
            connections.search([], order="name, access_token desc")
        self.assertTrue(connections.search([("name", "!=", "x")], order="name"))
        self.assertTrue(self.connection.search([("access_token", "!=", "x")]))

    def test_copy_has_no_keys(self):
        copy = self.connection.copy({"name": "Copy", "base_url": "http://copy"})
        self.assertFalse(any(copy[name] for name in SECRETS))

    def test_log_has_no_keys(self):
        with self.assertLogs("odoo.addons.coopcycle_magento", "DEBUG") as logged:
            self.import_one()
            self.simulator.faults.add("unauthorized")
            log = self.run_import()
        texts = [*logged.output, self.messages(log)]
        for name in SECRETS:
            self.assertNotIn(getattr(self.simulator, name), "\n".join(texts))

    def test_neutralized(self):
        """A neutralised copy of the database has no key."""
        self.env.flush_all()
        self.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertFalse(any(self.connection[name] for name in SECRETS))

    # Work

    def test_user_runs_operations(self):
        """A user without rights in accounting and stock imports orders."""
        order = self.place()
        log = self.as_user(self.clerk).run_operation("import_orders")
        self.assertEqual(log.state, "done", self.messages(log))
        self.assertEqual(log.user_id, self.clerk)
        self.assertEqual(self.sale(order).state, "sale")
        self.assertEqual(len(self.sale(order).picking_ids), 1)
        invoices = self.as_user(self.clerk, self.sale(order)).invoice_ids
        with self.assertRaises(AccessError):
            check_access(invoices, "write")

    def test_user_retries_and_refreshes(self):
        self.product("SKU-003").active = False
        order = self.place("SKU-003")
        self.run_import()
        self.product("SKU-003")
        self.products.active = True
        self.as_user(self.clerk, self.document(order)).action_retry()
        self.as_user(self.clerk, self.sale(order)).action_magento_refresh()
        self.assertEqual(self.sale(order).state, "sale")

    def test_user_does_not_configure(self):
        connection = self.as_user(self.clerk)
        for record in (
            connection,
            connection.store_ids,
            connection.payment_method_ids,
            connection.tax_ids,
        ):
            with self.assertRaises(AccessError):
                record.write(
                    {"active": True} if record == connection else {"code": "x"}
                )
        with self.assertRaises(AccessError):
            connection.action_fetch_configuration()
        with self.assertRaises(AccessError):
            connection.action_test_connection()

    def test_others_see_nothing(self):
        stranger = self.make_user("stranger")
        for name in (
            "magento.connection",
            "magento.store",
            "magento.payment.method",
            "magento.tax",
            "magento.document",
            "magento.operation",
            "magento.customer",
        ):
            with self.assertRaises(AccessError):
                self.env[name].with_user(stranger).search([])

    def test_others_touch_nothing(self):
        """Somebody without rights in Magento does not skip or retry by its ids."""
        self.product("SKU-003").active = False
        order = self.place("SKU-003")
        self.run_import()
        stranger = self.make_user("stranger", "sales_team.group_sale_manager")
        document = self.as_user(stranger, self.document(order))
        for name in ("action_skip", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(document, name)()
        self.assertEqual(self.document(order).sync_state, "pending")

    # Companies

    def test_companies(self):
        """Two companies with a connection each have nothing of each other."""
        company = self.company_data_2["company"].with_env(self.su)
        company.currency_id = self.env.ref("base.EUR")
        tax = self.make_tax(20, company=company, name="Other 20", sequence=1)
        manager = self.make_user("second", MANAGER, company=company)
        other = self.make_connection(user=manager, name="Other", company_id=company.id)
        order = self.place()
        self.run_import()
        self.run_import(other)
        mine, theirs = self.sale(order), self.sale(order, other)
        self.assertEqual((mine.company_id, theirs.company_id), (self.company, company))
        self.assertEqual(theirs.warehouse_id.company_id, company)
        self.assertEqual(theirs.order_line[SOLD_TAXES], tax)
        self.assertEqual(mine.order_line[SOLD_TAXES], self.tax_20)
        self.assertIn(theirs.pricelist_id.company_id.id, (False, company.id))
        for user, seen in ((self.clerk, self.connection), (manager, other)):
            env = self.env(user=user)
            self.assertEqual(env["magento.connection"].search([]), seen)
            self.assertEqual(env["magento.store"].search([]).connection_id, seen)
            self.assertEqual(env["magento.operation"].search([]).connection_id, seen)
            logs = env["integration.process.log"].search([])
            self.assertEqual(logs.company_id, seen.company_id)
        with self.assertRaises(AccessError):
            self.as_user(self.clerk, other).run_operation("import_orders")
        with self.assertRaises(AccessError):
            self.as_user(self.manager, other).action_fetch_configuration()
