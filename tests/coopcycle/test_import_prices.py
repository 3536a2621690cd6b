import random

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...compat import QUANTITY_DIGITS
from ..shared.versions import SPREADS_CENTS, map_tax, price_included
from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportPrices(CoopcycleCommon):
    """The amount without tax is the file's to the cent, whatever the taxes are."""

    def set_taxes(self, *taxes):
        self.product.taxes_id = [Command.set([tax.id for tax in taxes])]

    def assert_untaxed(self, prices, amount_tax=None):
        """Import rows with these prices and compare the amounts without tax."""
        rows = [self.row(f"A{n}", price_unit=price) for n, price in enumerate(prices)]
        move = self.run_import(rows).move_ids
        sign = -1 if move.move_type == "out_refund" else 1
        self.assertEqual(
            [f"{sign * line.price_subtotal:.2f}" for line in move.invoice_line_ids],
            [f"{float(price):.2f}" for price in prices],
        )
        total = sum(round(float(price) * 100) for price in prices)
        self.assertEqual(round(sign * move.amount_untaxed * 100), total)
        if amount_tax is not None:
            self.assertEqual(move.amount_tax, amount_tax)
        return move

    def many_prices(self):
        """Return 100 prices as they come, the same ones each time."""
        cents = random.Random(17)
        return [f"{cents.randint(1, 30000) / 100:.2f}" for _ in range(100)]

    def test_tax_on_top(self):
        """A tax on top of the price leaves the price as it is."""
        self.assert_untaxed(["10", "4.16"], amount_tax=2.12)

    def test_included_tax(self):
        """A tax that is included in the price raises the price."""
        self.set_taxes(self.make_tax(20, **price_included()))
        move = self.assert_untaxed(["10"], amount_tax=2)
        self.assertEqual(move.invoice_line_ids.price_unit, 12)

    def test_many_prices_with_included_tax(self):
        """No price loses a cent to a tax that is included in it."""
        self.set_taxes(self.make_tax(19.6, **price_included()))
        self.assert_untaxed(self.many_prices())

    def test_many_prices_rounded_globally(self):
        """The same where the company rounds taxes over the whole invoice."""
        self.company.tax_calculation_rounding_method = "round_globally"
        self.set_taxes(self.make_tax(19.6, **price_included()))
        if SPREADS_CENTS:
            with self.assertRaisesRegex(UserError, "Resolution"):
                self.assert_untaxed(self.many_prices())
        else:
            self.assert_untaxed(self.many_prices())

    def test_included_and_on_top(self):
        """One tax is included, another one is not."""
        self.set_taxes(
            self.make_tax(20, **price_included(), sequence=1),
            self.make_tax(5, sequence=2),
        )
        self.assert_untaxed(["10", "0.03"])

    def test_two_included_taxes(self):
        """Two taxes are included in the price."""
        self.set_taxes(
            self.make_tax(20, **price_included(), sequence=1),
            self.make_tax(5, **price_included(), sequence=2),
        )
        self.assert_untaxed(["100", "3.33"])

    def test_included_tax_on_included_tax(self):
        """One included tax is part of the other one's base."""
        self.set_taxes(
            self.make_tax(10, **price_included(), include_base_amount=True, sequence=1),
            self.make_tax(20, **price_included(), sequence=2),
        )
        self.assert_untaxed(["100", "3.33"])

    def test_included_fixed_tax(self):
        """A fixed tax is included in the price, besides a percentage."""
        self.set_taxes(
            self.make_tax(
                1,
                amount_type="fixed",
                **price_included(),
                include_base_amount=True,
                sequence=1,
            ),
            self.make_tax(20, **price_included(), sequence=2),
        )
        self.assert_untaxed(["100", "3.33", "0", "-7.5"])

    def test_included_division_tax(self):
        """A tax that is a share of the price with tax."""
        self.set_taxes(self.make_tax(10, amount_type="division", **price_included()))
        self.assert_untaxed(["100", "3.33"])

    def test_quantity_with_included_taxes(self):
        """The tax is taken out of each unit."""
        self.set_taxes(
            self.make_tax(1, amount_type="fixed", **price_included(), sequence=1),
            self.make_tax(20, **price_included(), sequence=2),
        )
        move = self.run_import([self.row(price_unit="2.5", quantity="3")]).move_ids
        self.assertEqual(move.amount_untaxed, 7.5)

    def test_credit_note_with_included_tax(self):
        """A credit note has the file's amount too."""
        self.set_taxes(self.make_tax(19.6, **price_included()))
        move = self.assert_untaxed(["10", "-33.33"])
        self.assertEqual(move.move_type, "out_refund")

    def test_group_of_taxes(self):
        """A group of taxes may hold one that is included."""
        self.set_taxes(
            self.make_tax(
                0,
                amount_type="group",
                children_tax_ids=[
                    Command.set(self.make_tax(19.6, **price_included()).ids)
                ],
            )
        )
        self.assert_untaxed(["10", "33.33"])

    def test_fiscal_position_takes_the_included_tax_away(self):
        """The customer abroad pays no tax, and the file's amount."""
        included, none = self.make_tax(20, **price_included()), self.make_tax(0)
        self.set_taxes(included)
        abroad = self.env["account.fiscal.position"].create({"name": "Abroad"})
        map_tax(abroad, included, none)
        self.acme.property_account_position_id = abroad
        move = self.assert_untaxed(["10", "3.33"], amount_tax=0)
        self.assertEqual(move.invoice_line_ids.tax_ids, none)

    def test_taxes_of_a_new_product(self):
        """A product that the import creates has the company's tax, also an included."""
        self.company.account_sale_tax_id = self.make_tax(19.6, **price_included())
        move = self.run_import(
            [self.row(product="Cargo", price_unit="33.33")],
            create_missing_products=True,
            user=self.env.user,
        ).move_ids
        self.assertEqual(
            move.invoice_line_ids.tax_ids, self.company.account_sale_tax_id
        )
        self.assertEqual(move.amount_untaxed, 33.33)

    def test_price_finer_than_the_currency(self):
        """A price with more decimals than the currency gives the rounded amount."""
        wizard = self.run_test([self.row(price_unit="4.1666", quantity="1")])
        self.assertEqual(wizard.amount_untaxed, 4.17)
        wizard.action_import()
        self.assertEqual(wizard.import_id.move_ids.amount_untaxed, 4.17)

    def test_price_finer_than_odoo_keeps(self):
        """A price whose product Odoo would round otherwise blocks."""
        wizard = self.import_blocked([self.row(price_unit="4.1666", quantity="3")])
        finding = self.finding(wizard, "price_invalid")
        self.assertRecordValues(finding, [{"severity": "error", "value": "4.1666"}])
        self.assertIn("Decimal Accuracy", finding.message)

    def test_quantity_finer_than_odoo_keeps(self):
        """So does such a quantity."""
        wizard = self.import_blocked([self.row(price_unit="100", quantity="0.1234")])
        self.assertIn(
            f"“{QUANTITY_DIGITS}”", self.finding(wizard, "quantity_invalid").message
        )

    def test_half_a_cent(self):
        """Half a cent is rounded as Odoo rounds it, away from zero."""
        self.env.ref("product.decimal_price").digits = 4
        wizard = self.run_test(
            [self.row("A1", price_unit="2.675"), self.row("A2", price_unit="-1.005")],
            decimal_separator=".",
        )
        self.assertEqual(wizard.amount_untaxed, 1.67)
        wizard.action_import()
        lines = wizard.import_id.move_ids.invoice_line_ids
        self.assertEqual(lines.mapped("price_subtotal"), [2.68, -1.01])

    def test_currency_without_cents(self):
        """The currency's own rounding counts."""
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.company.currency_id = yen
        wizard = self.run_test([self.row(price_unit="10.5"), self.row("A2")])
        self.assertIn("price_rounded", self.codes(wizard))
        wizard.action_import()
        self.assertEqual(wizard.amount_untaxed, 21)
        self.assertEqual(wizard.import_id.move_ids.amount_untaxed, 21)
