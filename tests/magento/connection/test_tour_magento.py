from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from odoo.tests import tagged

from ....compat import product_kind
from ...coopcycle.common import CoopcycleCommon
from ...shared.pages import PageCase
from ...simulators.magento import MagentoSimulator
from ...simulators.magento.process import use_fixed_keys


def an_hour_later():
    """Return the shop's time: its orders are newer than the connection."""
    return datetime.now(timezone.utc) + timedelta(hours=1)


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestMagentoTour(CoopcycleCommon, PageCase):
    def test_from_connecting_a_shop_to_its_order(self):
        """A manager connects a shop, tests, fetches, imports and opens an order."""
        self.make_tax(20)
        self.env["product.product"].create(
            {
                "name": "Simple",
                "default_code": "SKU-002",
                **product_kind("product"),
            }
        )
        manager = self.make_user(
            "manager", "coopcycle_magento.coopcycle_magento_group_manager"
        )
        with MagentoSimulator(clock=an_hour_later) as shop:
            use_fixed_keys(shop)
            shop.rights.discard("Magento_Sales::sales_creditmemo")
            shop.place_order(["SKU-002"])
            shop.place_order(["SKU-008"])
            query = urlencode({"shop": shop.url})
            action = "coopcycle_magento.magento_connection_action"
            self.start_tour(
                f"/web?{query}#action={action}",
                "magento_connection_tour",
                login=manager.login,
            )
        order = self.env["sale.order"].search([("magento_order_id", "=", "1")])
        self.assertRecordValues(
            order,
            [
                {
                    "name": "000000001",
                    "state": "sale",
                    "company_id": self.company.id,
                    "amount_total": 28.99,
                    "magento_total_difference": 0.0,
                }
            ],
        )
        self.assertFalse(order.magento_store_id.is_guess)
