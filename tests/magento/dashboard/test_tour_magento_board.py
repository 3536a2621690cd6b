from odoo.tests import tagged

from ....compat import product_kind
from ...coopcycle.common import CoopcycleCommon
from ...shared.pages import PageCase
from ...simulators.magento import MagentoSimulator
from ..common import MANAGER

DASHBOARD = "/web#action=coopcycle_magento.magento_dashboard_action"


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestMagentoBoardTour(CoopcycleCommon, PageCase):
    def setUp(self):
        super().setUp()
        self.make_tax(20)
        self.env["product.product"].create(
            {
                "name": "Simple",
                "default_code": "SKU-002",
                **product_kind("product"),
            }
        )
        self.user = self.make_user("manager", MANAGER)

    def test_without_a_shop(self):
        """Whoever has no shop yet reads what to do first."""
        menu = self.env.ref("coopcycle_magento.magento_menu_root")
        self.start_tour(
            f"/web#menu_id={menu.id}", "magento_first_shop_tour", login=self.user.login
        )

    def test_from_the_board_to_a_difference(self):
        """Run, look, compare, ignore with a reason, open what is to be mended."""
        with MagentoSimulator() as shop:
            names = (
                "consumer_key",
                "consumer_secret",
                "access_token",
                "access_token_secret",
            )
            connection = self.env["magento.connection"].create(
                {
                    "name": "Tour shop",
                    "company_id": self.company.id,
                    "base_url": shop.url,
                    "import_since": False,
                    **{name: getattr(shop, name) for name in names},
                }
            )
            connection.action_raise_accuracies()
            shop.place_order(["SKU-002"])
            shop.place_order(["SKU-002"], paid=True)
            shop.place_order(["SKU-008"])
            self.start_tour(DASHBOARD, "magento_board_tour", login=self.user.login)
        found = self.env["magento.reconciliation"].search([])
        self.assertRecordValues(
            found, [{"order_count": 3, "equal_count": 1, "user_id": self.user.id}]
        )
        ignored = found.line_ids.filtered(lambda line: line.state == "ignored")
        self.assertEqual(ignored.ignored_reason, "Not sold any more")
        self.assertEqual(ignored.ignored_by_id, self.user)
