from odoo.tests import tagged

from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportQueries(CoopcycleCommon):
    """Testing a file costs the same queries whatever its length."""

    def count_queries(self, rows, **values):
        """Return how many queries Test makes for a file."""
        wizard = self.make_wizard(rows, **values)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        wizard.action_test()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_many_rows(self):
        """20,000 rows need no more queries than a few, and fewer than 40."""
        self.count_queries(self.rows(4))  # what Odoo caches is cached now
        few = self.count_queries(self.rows(4))
        many = self.count_queries(self.rows(20_000))
        self.assertLess(many, 40)
        self.assertLessEqual(many, few + 1)

    def test_many_findings(self):
        """Nor do rows whose customers and orders are all in doubt."""
        self.run_import(self.rows(100))
        few, many = (
            [
                self.row(f"A{number}", store=number, partner=f"Acme {number}")
                for number in range(count)
            ]
            for count in (1000, 3000)
        )
        self.count_queries(few)
        self.assertLessEqual(self.count_queries(many), self.count_queries(few) + 1)
