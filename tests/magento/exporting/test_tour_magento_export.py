from odoo import Command
from odoo.tests import tagged

from ....compat import product_kind
from ...coopcycle.common import CoopcycleCommon
from ...shared.pages import PageCase
from ...simulators.magento import MagentoSimulator
from ...simulators.magento.process import FIXED_KEYS, use_fixed_keys


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestMagentoExportTour(CoopcycleCommon, PageCase):
    def setUp(self):
        super().setUp()
        self.company.currency_id = self.env.ref("base.EUR")
        tax = self.make_tax(20, sequence=1)
        self.env["product.product"].create(
            {
                "name": "Simple",
                "default_code": "SKU-002",
                **product_kind("service"),
                "invoice_policy": "order",
                "taxes_id": [Command.set(tax.ids)],
            }
        )
        self.shop = self.enter(MagentoSimulator())
        use_fixed_keys(self.shop)
        self.manager = self.make_user(
            "manager",
            "coopcycle_magento.coopcycle_magento_group_manager,"
            "account.group_account_invoice",
        )

    def make_invoice(self):
        """Post the invoice of an order of a shop that takes them on validation."""
        connection = self.env["magento.connection"].create(
            {
                "name": "Tour shop",
                "base_url": self.shop.url,
                "import_since": False,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "attempts_allowed": 1,
                "settling_seconds": 0,
                **FIXED_KEYS,
            }
        )
        connection.action_raise_accuracies()
        connection.action_fetch_configuration()
        connection.payment_method_ids.invoice_rule = "validate"
        self.shop.place_order(["SKU-002"])
        connection.run_operation("import_orders")
        order = self.env["sale.order"].search(
            [("magento_connection_id", "=", connection.id)]
        )
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_from_a_hung_up_call_to_the_invoice(self):
        """A manager exports, meets a shop that hangs up, resets and exports again."""
        invoice = self.make_invoice()
        self.shop.faults.add("hang_up", method="POST", path="/invoice$", times=1)
        self.start_tour(
            "/web#action=coopcycle_magento.magento_account_move_action",
            "magento_export_tour",
            login=self.manager.login,
        )
        (made,) = self.shop.book.invoices.all()
        self.assertEqual(invoice.magento_export_state, "done")
        self.assertEqual(
            invoice.magento_document_ids.magento_id, str(made["entity_id"])
        )
        self.assertEqual(invoice.magento_document_ids.attempt_count, 0)
