from odoo import Command
from odoo.tests import tagged

from ...compat import SOLD_TAXES
from ..shared.versions import map_tax
from .checks_common import ChecksCommon


@tagged("post_install", "-at_install")
class TestBillingChecksTaxes(ChecksCommon):
    """Taxes are those of the order, the fiscal position and the country."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_tax = cls.env["account.tax"].create(
            {
                "name": "Other",
                "amount": 3,
                "company_id": cls.company.id,
                "country_id": cls.country.id,
                "tax_group_id": cls.tax.tax_group_id.id,
            }
        )
        cls.france = cls.env.ref("base.fr")
        cls.position = cls.env["account.fiscal.position"].create(
            {"name": "France", "company_id": cls.company.id}
        )
        map_tax(cls.position, cls.tax, cls.other_tax)

    def set_taxes(self, move, taxes):
        move.invoice_line_ids.tax_ids = [Command.set(taxes.ids)]
        return move

    def test_nothing(self):
        """An invoice that is right has no finding at all."""
        self.assert_clean(self.bill())
        self.assert_clean(self.make_invoice())

    def test_tax_differs(self):
        """What was ordered with one tax is not billed with another."""
        move = self.set_taxes(self.bill(), self.other_tax)
        found = self.assert_found(move, "tax_differs", "error")
        self.assertEqual(found.record, move.invoice_line_ids)
        self.assertIn("Other", found.value)
        self.assert_clean(self.set_taxes(move, self.tax), "tax_differs")

    def test_tax_missing(self):
        """What is taxed is not billed without tax by mistake."""
        move = self.set_taxes(self.make_invoice(), self.tax.browse())
        self.assert_found(move, "tax_missing", "error")
        self.assert_clean(move, "tax_not_mapped")

    def test_tax_of_another_company(self):
        """A product's taxes are those of the company that bills."""
        other = self.company_data_2["default_tax_sale"].sudo()
        self.product.taxes_id = [Command.set((self.tax | other).ids)]
        self.assert_clean(self.make_invoice())

    def test_tax_not_mapped(self):
        """The fiscal position has another tax for the product's."""
        move = self.make_invoice(fiscal_position_id=self.position.id)
        self.set_taxes(move, self.tax)
        self.assert_found(move, "tax_not_mapped", "warning")
        self.set_taxes(move, self.other_tax)
        self.assert_clean(move, "tax_not_mapped")

    def test_tax_country(self):
        """A tax of a third country, which Odoo lets nobody choose."""
        move = self.make_invoice()
        self.set_country(self.tax, self.france)
        self.assert_found(move, "tax_country", "error")

    def set_country(self, tax, country):
        """Give a tax another country, as no user may while it is in use."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_tax SET country_id = %s WHERE id = %s", [country.id, tax.id]
        )
        tax.invalidate_recordset(["country_id"])

    def make_shop_order(self, **values):
        """Return an order as if it had come from a shop."""
        order = self.make_order(**values)
        order.write(
            {"magento_order_id": "77", "magento_grand_total": order.amount_total}
        )
        return order

    def test_tax_country_of_shop(self):
        """A shop's tax is that of the company's country or of where it delivers to."""
        france = self.make_customer("Paris", country_id=self.france.id)
        home, abroad = (
            self.bill(self.make_shop_order(customer=each))
            for each in (self.customer, france)
        )
        self.set_country(self.tax, self.france)
        found = self.assert_found(home, "tax_country", "error")
        self.assertIn("Magento", found.message)
        self.assert_clean(abroad, "tax_country")

    def test_taxes_of_shop(self):
        """No fiscal position of Odoo has a say in a shop's taxes; its order has."""
        order = self.make_shop_order()
        order.order_line[SOLD_TAXES] = [Command.set(self.other_tax.ids)]
        move = self.bill(order)
        move.fiscal_position_id = self.position
        self.set_taxes(move, self.other_tax)
        self.assert_clean(
            move, "tax_not_mapped", "fiscal_position_differs", "tax_differs"
        )
        self.set_taxes(move, self.tax.browse())
        self.assert_found(move, "tax_differs", "error")
        self.assert_clean(move, "tax_missing")

    def test_tax_archived(self):
        """An archived tax is one that nobody should use any more."""
        move = self.make_invoice()
        self.tax.active = False
        self.assert_found(move, "tax_archived", "warning")

    def test_fiscal_position_differs(self):
        """Odoo would choose another one for the country of delivery."""
        self.position.write({"auto_apply": True, "country_id": self.france.id})
        customer = self.make_customer("Paris", country_id=self.france.id)
        move = self.make_invoice(customer)
        self.assert_clean(move, "fiscal_position_differs")
        move.fiscal_position_id = False
        self.assert_found(move, "fiscal_position_differs", "warning")

    def test_fiscal_position_by_hand(self):
        """One that is set at the customer wins anyway: that is for information."""
        self.customer.property_account_position_id = self.position
        move = self.make_invoice()
        move.fiscal_position_id = False
        self.assert_found(move, "fiscal_position_differs", "info")

    def test_fiscal_positions_by_zip(self):
        """Where a region has a position of its own, its addresses are told apart."""
        self.position.write(
            {
                "auto_apply": True,
                "country_id": self.france.id,
                "zip_from": "20000",
                "zip_to": "20999",
            }
        )
        moves = self.env["account.move"]
        for place in ("20100", "75001"):
            customer = self.make_customer(place, country_id=self.france.id, zip=place)
            move = self.make_invoice(customer)
            move.fiscal_position_id = self.position
            moves |= move
        found = moves._billing_find()
        codes = [{each.code for each in found[move]} for move in moves]
        self.assertNotIn("fiscal_position_differs", codes[0])
        self.assertIn("fiscal_position_differs", codes[1])

    def test_delivery_country_missing(self):
        """Where the goods go decides about the taxes."""
        self.customer.country_id = False
        self.assert_found(self.make_invoice(), "delivery_country_missing", "warning")

    def test_company_country_missing(self):
        """A company without a country has findings, no errors of the program."""
        move = self.make_invoice()
        self.company.account_fiscal_country_id = False
        self.assert_found(move, "company_country_missing", "warning")
        self.assert_clean(move, "tax_country")
