from uuid import uuid4

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersConcurrency(MagentoCommon):
    """Two imports at the same time bring no order in twice.

    The other import's cursor is a real one, so that it sees a connection which is
    committed. All else stays in the test's own transaction.
    """

    @classmethod
    def setUpClass(cls):
        registry = Registry(get_db_name())
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connection = env["magento.connection"].create(
                {
                    "name": f"Concurrency {uuid4()}",
                    "company_id": env.ref("base.main_company").id,
                    "base_url": "http://127.0.0.1:9",
                }
            )
            cls.shared_id = connection.id
            cls.operation_id = (
                env["magento.operation"]._get(connection, "import_orders").id
            )
            cls.partner_id = env.ref("base.main_partner").id

        def clean_up():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["magento.connection"].browse(cls.shared_id).unlink()

        cls.addClassCleanup(clean_up)
        super().setUpClass()

    def setUp(self):
        super().setUp()
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        self.addCleanup(cr.rollback)
        self.other_env = api.Environment(cr, SUPERUSER_ID, {})

    def test_second_run_is_told(self):
        """While one import runs, the same of that shop is refused, another is not."""
        with self.other_env["magento.operation"].browse(self.operation_id)._alone():
            with self.assertRaisesRegex(UserError, "running.*Resolution"):
                self.su["magento.connection"].browse(self.shared_id).run_operation(
                    "import_orders"
                )
            self.assertEqual(self.run_import().state, "done")
        log = (
            self.su["magento.connection"]
            .browse(self.shared_id)
            .run_operation("import_orders")
        )
        self.assertEqual(log.state, "failed")  # it runs now, but the shop is not there

    def test_run_sees_what_the_one_before_wrote(self):
        """A run begins with what another one committed while it was being started."""
        operations = self.other_env["magento.operation"]
        operation = operations.search(
            [
                ("connection_id", "=", self.shared_id),
                ("code", "=", "import_shipments"),  # which no other test here runs
            ]
        )
        self.assertFalse(operation.cursor)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["magento.operation"].browse(operation.id).cursor = "42"
        with operation._alone():
            self.assertEqual(operation.cursor, "42")

    @mute_logger("odoo.sql_db")
    def test_same_order_twice(self):
        """The database itself has an order of a shop once."""
        values = {
            "partner_id": self.partner_id,
            "magento_connection_id": self.shared_id,
            "magento_order_id": "42",
        }
        orders = self.su["sale.order"].with_company(self.env.ref("base.main_company"))
        orders.create(values)
        self.env.flush_all()
        with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            orders.create(values)
            self.env.flush_all()
        # The other transaction waits for ours: whoever commits first has the order
        self.other_env.cr.execute("SET LOCAL lock_timeout = '100ms'")
        with self.assertRaises(psycopg2.errors.LockNotAvailable):
            self.other_env["sale.order"].create(values)
            self.other_env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_same_document_twice(self):
        """Nor does an invoice, a shipment, a credit memo or a payment come in twice."""
        documents = self.su["magento.document"]
        for kind in ("order", "invoice", "shipment", "creditmemo", "payment"):
            values = {
                "connection_id": self.shared_id,
                "kind": kind,
                "direction": "pull",
                "magento_id": "42",
            }
            with self.subTest(kind):
                documents.create(values)
                self.env.flush_all()
                with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
                    documents.create(values)
                    self.env.flush_all()
                self.other_env.cr.execute("SET LOCAL lock_timeout = '100ms'")
                with self.assertRaises(psycopg2.errors.LockNotAvailable):
                    self.other_env["magento.document"].create(values)
                    self.other_env.flush_all()
                self.other_env.cr.rollback()
                self.other_env.clear()

    @mute_logger("odoo.sql_db")
    def test_same_shop_twice(self):
        """Nor does a company connect the same shop twice, whatever was typed."""
        address = f"http://shop-{uuid4().hex}.example.com"
        values = {"company_id": self.env.ref("base.main_company").id}
        connections = self.su["magento.connection"]
        connections.create({**values, "name": "One", "base_url": f"{address}/"})
        self.env.flush_all()
        for other in (
            address,
            address.replace("http:", "https:"),
            f"{address.upper().replace('HTTP', 'http')}:80/rest/V1",
        ):
            twice = {**values, "name": other, "base_url": other}
            with self.subTest(other):
                with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
                    connections.create(twice)
                    self.env.flush_all()
                self.other_env.cr.execute("SET LOCAL lock_timeout = '100ms'")
                with self.assertRaises(psycopg2.errors.LockNotAvailable):
                    self.other_env["magento.connection"].create(twice)
                    self.other_env.flush_all()
                self.other_env.cr.rollback()
                self.other_env.clear()
