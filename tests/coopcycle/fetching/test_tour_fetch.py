from odoo.tests import tagged

from ...shared.pages import PageCase
from .common import FetchCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestFetchTour(FetchCommon, PageCase):
    def test_from_the_month_to_all_equal(self):
        """A billing user fetches the last month, and sees that both sides are equal."""
        _first, last = self.env["coopcycle.fetch"]._get_last_period("monthly")
        for store in (self.store, self.other):
            self.instance.deliver(store, last)
        self.start_tour("/web", "coopcycle_fetch_tour", login=self.biller.login)
        self.assert_all_billed()
        self.assertEqual(len(self.billed()), 2)
        self.start_tour(
            "/web", "coopcycle_reconciliation_tour", login=self.biller.login
        )
