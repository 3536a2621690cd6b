import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import MagentoCommon

TABLES = ("sale_", "res_", "stock_", "account_", "product_", "magento_document")
WRITES = re.compile(r'\s*(?:UPDATE|INSERT INTO|DELETE FROM)\s+"?(\w+)', re.I)


@tagged("post_install", "-at_install")
class TestMagentoOrdersQueries(MagentoCommon):
    """What an import costs: as much for each order, and nothing for what is known."""

    def count_queries(self):
        """Return how many queries a run makes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.run_import()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def place_many(self, count, **terms):
        for number in range(count):
            email = f"guest{number}-{count}@example.com"
            customer = {"email": email, "firstname": "A", "lastname": f"B{number}"}
            self.place("SKU-001", ("SKU-002", 2), customer=customer, **terms)

    def test_new_orders(self):
        """Twice as many orders need at most twice the queries."""
        self.place_many(5)
        self.count_queries()  # what Odoo caches is cached now
        self.place_many(10)
        few = self.count_queries()
        self.place_many(20)
        many = self.count_queries()
        self.assertLess(many, 2 * few)
        self.assertLess(many, 20 * 60)

    def test_nothing_new(self):
        """A run without changes writes nothing, and needs no query for an order."""
        self.place_many(6)
        self.run_import()
        self.run_import()
        few = self.count_queries()
        self.place_many(12, state="holded")
        self.run_import()
        with self.assert_no_writes():
            many = self.count_queries()
        self.assertLessEqual(many, few + 2)

    @contextmanager
    def assert_no_writes(self):
        """Fail if an order, or what belongs to it, is written."""
        written = []
        cursor_class = type(self.cr)
        execute = cursor_class.execute

        def watched(cursor, query, *args, **kwargs):
            text = query.code if isinstance(query, SQL) else str(query)
            if found := WRITES.match(text):
                written.append(found[1])
            return execute(cursor, query, *args, **kwargs)

        with patch.object(cursor_class, "execute", watched):
            yield
        self.assertTrue(written, "not even the operation's watermark")
        self.assertFalse([table for table in written if table.startswith(TABLES)])
