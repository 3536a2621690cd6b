import base64

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from ....models.coopcycle.fetching.coopcycle_connection import SECRETS
from ....tools.coopcycle.api import Period
from ...shared.versions import GROUPS
from .common import FIRST, LAST, FetchCommon


@tagged("post_install", "-at_install")
class TestFetchRights(FetchCommon):
    """Who makes invoices fetches them; only managers say where and as whom."""

    def test_only_managers_see_and_set_the_sign_in(self):
        own = self.connection.with_user(self.biller)
        for name in (*SECRETS, "base_url", "fetch_interval"):
            with self.subTest(name), self.assertRaises(AccessError):
                own.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                own.write({name: "x"})
            for context, vals in (
                ({}, {name: "weekly"}),
                ({f"default_{name}": "weekly"}, {}),
            ):
                # AccessError, or what is missing for such a value
                with self.subTest(name, vals=vals), self.assertRaises(UserError):
                    own.with_context(**context).create({"name": name, **vals})
        self.assertTrue(own.can_fetch)
        with self.assertRaises(AccessError):
            own.action_test_connection()
        copy = self.connection.sudo().copy({"name": "Copy"})
        self.assertFalse(any(copy[name] for name in (*SECRETS, "base_url")))
        period = Period(FIRST, LAST)
        ids = {each._get_request_id(period, 1) for each in copy | self.connection}
        self.assertEqual(len(ids), 2)

    def test_the_sign_in_is_in_no_file(self):
        self.env.user[GROUPS] += self.env.ref("base.group_allow_export")
        for name in SECRETS:
            with self.subTest(name), self.assertRaises(AccessError):
                self.connection.export_data(["name", name])
        store = self.env["coopcycle.store"].create(
            {
                "connection_id": self.connection.id,
                "name": "Acme",
                "partner_id": self.acme.id,
            }
        )
        with self.assertRaises(AccessError):
            store.export_data(["name", "connection_id/password"])

    def test_a_copy_of_the_database_reaches_nobody(self):
        self.connection.sudo().write(
            {
                "application_key": "k",
                "application_secret": "s",
                "fetch_interval": "weekly",
            }
        )
        self.env.flush_all()
        with file_open("coopcycle_magento/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        own = self.connection.sudo()
        self.assertFalse(any(own[name] for name in (*SECRETS, "fetch_interval")))

    def test_test_connection(self):
        """It says of each sign-in whether it is good for what it is for."""
        params = self.connection.action_test_connection()["params"]
        self.assertEqual(params["type"], "success")
        self.connection.write({"application_key": "a", "application_secret": "b"})
        params = self.connection.action_test_connection()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Invoicing: allowed.", params["message"])
        self.assertIn("does not accept the sign-in", params["message"])
        self.instance.add_application(self.store)
        self.connection.write(
            {
                "application_key": self.instance.key,
                "application_secret": self.instance.secret,
            }
        )
        params = self.connection.action_test_connection()["params"]
        self.assertEqual(params["type"], "success")
        self.instance.sign_ins.users["bob"] = ("b", ["ROLE_USER"])
        self.connection.write({"username": "bob", "password": "b"})
        params = self.connection.action_test_connection()["params"]
        self.assertIn("administrator in CoopCycle", params["message"])
        self.assertFalse(self.instance.orders)
        for url in ("ftp://x", "coop.example.com", "https://u:p@coop.example.com"):
            with self.assertRaises(ValidationError):
                self.connection.base_url = url

    def test_an_upgrade_makes_nobody_responsible(self):
        """Odoo's own user has all rights and reads no activity."""
        connections = self.env["coopcycle.connection"].with_user(SUPERUSER_ID)
        self.assertFalse(connections.default_get(["user_id"]).get("user_id"))

    def test_whoever_only_reads_fetches_nothing(self):
        reader = self.make_user("reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.make_fetch_wizard(user=reader)
        self.instance.deliver(self.instance.add_store("Unknown"))
        fetch = self.fetch()
        self.assertEqual(fetch.with_user(reader).read(["state"])[0]["state"], "ready")
        for button in ("action_import", "action_fetch"):
            with self.assertRaises(AccessError):
                getattr(fetch.with_user(reader), button)()
        biller_2 = self.make_user(
            "biller_2", "account.group_account_invoice", self.company_data_2["company"]
        )
        self.assertFalse(self.env["coopcycle.fetch"].with_user(biller_2).search([]))
        with self.assertRaises(AccessError):
            fetch.with_user(biller_2).action_import()
        asked = self.instance.count()
        for button in ("action_look", "action_fetch"):
            with self.assertRaises(AccessError):
                getattr(self.make_fetch_wizard(user=biller_2), button)()
        self.assertEqual(self.instance.count(), asked)

    def test_another_file_is_not_taken_for_what_came(self):
        """By a script's word what came would count as imported, and be forgotten."""
        self.instance.deliver(self.instance.add_store("Unknown"))
        fetch = self.fetch()
        rows = [self.row(product=self.product.name)]
        other = self.make_wizard(rows, fetch_id=fetch.id)
        other.action_import()
        self.assertTrue(other.import_id)
        self.assertFalse(other.import_id.fetch_id)
        self.assertEqual(fetch.state, "ready")
        own = self.make_wizard(fetch.sudo()._get_content(), fetch_id=fetch.id)
        self.assertEqual(base64.b64decode(own.file), fetch._get_content())
        self.assertEqual(own._get_fetch(), fetch)
