from odoo.tests import tagged

from ....compat import product_kind
from ...coopcycle.common import CoopcycleCommon
from ...shared.pages import PageCase
from ...simulators.magento import MagentoSimulator
from ...simulators.magento.process import FIXED_KEYS, use_fixed_keys
from ..common import USER


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestMagentoListsTour(CoopcycleCommon, PageCase):
    def setUp(self):
        super().setUp()
        self.company.currency_id = self.env.ref("base.EUR")
        self.make_tax(20, sequence=1)
        self.env["product.product"].create(
            {
                "name": "Simple",
                "default_code": "SKU-002",
                **product_kind("product"),
                "invoice_policy": "order",
            }
        )

    def test_sales(self):
        """Somebody with no other right opens each list, and what it has."""
        with MagentoSimulator() as shop:
            use_fixed_keys(shop)
            connection = self.env["magento.connection"].create(
                {
                    "name": "Tour shop",
                    "company_id": self.company.id,
                    "base_url": shop.url,
                    "import_since": False,
                    **FIXED_KEYS,
                }
            )
            connection.action_raise_accuracies()
            order = shop.place_order([("SKU-002", 2)])
            connection.run_operation("import_orders")
            self.bill_and_deliver(connection)
            shop.admin.invoice(order["entity_id"])
            shop.admin.refund(order["entity_id"], {order["items"][0]["item_id"]: 1})
            connection.run_operation("import_credit_memos")
        menu = self.env.ref("coopcycle_magento.magento_menu_root")
        self.start_tour(
            f"/web#menu_id={menu.id}",
            "magento_lists_tour",
            login=self.make_user("reader", USER).login,
        )

    def bill_and_deliver(self, connection):
        sale = self.env["sale.order"].search(
            [("magento_connection_id", "=", connection.id)]
        )
        sale._create_invoices().action_post()
        sale.picking_ids.move_ids.write({"quantity": 2, "picked": True})
        sale.picking_ids.with_context(skip_sms=True).button_validate()
