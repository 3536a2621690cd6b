from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...shared.versions import price_included
from .common import DeliveringCommon


@tagged("post_install", "-at_install")
class TestRates(DeliveringCommon):
    """What a delivery by CoopCycle costs a customer, and whether there is one."""

    def setUp(self):
        super().setUp()
        self.seller = self.make_user("seller", "sales_team.group_sale_salesman")
        self.order = self.su["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.goods.id, "product_uom_qty": quantity}
                    )
                    for quantity in (1, 2)
                ],
            }
        )

    def rate(self):
        """Ask as who sells, by the wizard's method."""
        order = self.order.with_user(self.seller).sudo(False)
        return self.carrier.with_user(self.seller).sudo(False).rate_shipment(order)

    def test_coopcycles_quote(self):
        self.assertEqual(self.company.currency_id.name, "USD")
        self.order.currency_id.sudo()
        euro = self.env.ref("base.EUR").sudo()
        euro.active = True
        self.su["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        rate = self.rate()
        self.assertTrue(rate["success"], rate["error_message"])
        self.assertAlmostEqual(rate["price"], 9.98)
        self.assertEqual(self.made(), [], "a quote makes nothing")
        # What CoopCycle asks for has tax in it
        tax = self.make_tax(25, **price_included(False), company_id=self.company.id)
        self.carrier.product_id.taxes_id = tax
        self.assertAlmostEqual(self.rate()["price"], 7.98, 2)

    def test_rules_of_odoo_and_feasibility(self):
        self.carrier.write(
            {
                "coopcycle_pricing": "rules",
                "price_rule_ids": [
                    Command.create(
                        {
                            "variable": "weight",
                            "operator": ">=",
                            "max_value": 0,
                            "list_base_price": 7,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self.rate()["price"], 7)
        self.assertEqual(self.instance.count("POST", "quotes"), 0)
        self.store.reach = 10
        rate = self.rate()
        self.assertFalse(rate["success"])
        self.assertIn("out of bounds", rate["error_message"])

    def test_what_has_no_price_says_why(self):
        def why():
            rate = self.rate()
            self.assertFalse(rate["success"])
            return rate["error_message"]

        self.store.price = None
        self.assertIn("could not be calculated", why())
        self.customer.street = "Nowhere"
        self.assertIn("cannot locate", why())
        self.customer.street = False
        self.assertIn("no street", why())
        self.customer.street = "48, Rue de Rivoli"
        self.instance.faults.add("html_page", times=1)
        self.assertIn("did not come from CoopCycle's API", why())
        self.connection.sudo().application_key = False
        self.assertIn("sign-in is missing", why())
        company = self.company_data_2["company"]
        foreign = self.su["coopcycle.connection"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        self.carrier.coopcycle_connection_id = foreign
        self.assertIn("another company", why())
        self.carrier.country_ids = self.env.ref("base.jp")
        self.assertIn("not available for this address", why())

    def test_settings_that_cannot_be(self):
        for vals in (
            {"coopcycle_connection_id": False},
            {"coopcycle_opens": 20},
            {"coopcycle_closes": 25},
            {"coopcycle_opens": -1},
            {"coopcycle_notice": -1},
            {"coopcycle_notice": 1e9},
            {"coopcycle_slot_length": 0},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.carrier.write(vals)
