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
        """3,000 rows need no more queries than a few, and fewer than 40."""
        self.count_queries(self.rows(4))  # what Odoo caches is cached now
        few = self.count_queries(self.rows(4))
        many = self.count_queries(self.rows(3000))
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
            for count in (200, 1200)
        )
        self.count_queries(few)
        self.assertLessEqual(self.count_queries(many), self.count_queries(few) + 1)

    def assert_same_queries(self, make_rows):
        """Test files with 10 and with 60 names in doubt."""
        few, many = make_rows(10), make_rows(60)
        self.count_queries(few)
        self.assertLessEqual(self.count_queries(many), self.count_queries(few) + 1)

    def test_ambiguous_names(self):
        """Nor do names that several customers or products have."""
        names = [f"Twin {number // 2}" for number in range(120)]
        for model in ("res.partner", "product.product"):
            self.env[model].create([{"name": name} for name in names])
        self.assert_same_queries(
            lambda count: [
                self.row(
                    f"A{number}",
                    store=number,
                    partner=f"Twin {number}",
                    product=f"Twin {number}",
                )
                for number in range(count)
            ]
        )

    def test_similar_names(self):
        """Nor do names that are nearly a customer's."""
        names = [f"Bakery {number:04} of the Canal" for number in range(60)]
        self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in names]
        )
        self.assert_same_queries(
            lambda count: [
                self.row(
                    f"A{number}", store=number, partner=f"Bakery {number:04} of Canal"
                )
                for number in range(count)
            ]
        )
