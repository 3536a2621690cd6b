import json

from odoo import Command

from ..common import CASES, MagentoCommon


class RecordedCommon(MagentoCommon):
    """Orders that a real shop showed, in the simulated one."""

    def recorded(self, name, with_taxes=True):
        """Put an order into the shop that a real one showed.

        :param bool with_taxes: its rates become the shop's, and taxes in Odoo
        """
        order = json.loads((CASES / f"{name}.json").read_text()) | {"store_id": 1}
        taxes = order["extension_attributes"]["applied_taxes"] if with_taxes else ()
        for tax in taxes:
            if not any(self.simulator_rate(tax["code"])):
                self.simulator.shop.add_tax_rate(tax["code"], tax["percent"])
            if not self.su["account.tax"].search([("amount", "=", tax["percent"])]):
                self.make_tax(tax["percent"])
        for item in order["items"]:
            if not self.product(item["sku"]):
                self.su["product.product"].create(
                    {
                        "name": item["sku"],
                        "default_code": item["sku"],
                        "taxes_id": [Command.clear()],
                        "invoice_policy": "order",
                    }
                )
        return self.simulator.add_order(order)

    def simulator_rate(self, code):
        return (rate for rate in self.simulator.shop.tax_rates if rate.code == code)

    def assert_confirmed(self, order):
        sale = self.sale(order)
        self.assert_equal_totals(sale, order)
        self.assertEqual(sale.state, "sale")
        return sale
