"""What another version of Odoo does otherwise without a word."""

from odoo.tests import tagged
from odoo.tools import SQL

from ...compat import (
    QUANTITY_DIGITS,
    QUANTITY_DIGITS_ID,
    convert_quantity,
    untaxed_of_one,
)
from .accounting_common import AccountingCommon
from .versions import price_included


@tagged("post_install", "-at_install")
class TestVersions(AccountingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]

    def test_accuracies(self):
        """Of an accuracy that it does not know Odoo says two digits."""
        self.assertEqual(self.env.ref(QUANTITY_DIGITS_ID).name, QUANTITY_DIGITS)
        self.assertTrue(self.env.ref("product.decimal_price"))

    def test_units(self):
        """The factor of a unit is what it was, or its inverse."""
        dozen, piece = map(
            self.env.ref, ("uom.product_uom_dozen", "uom.product_uom_unit")
        )
        self.env.flush_all()
        for one, other in ((dozen, piece), (piece, dozen)):
            expression = convert_quantity(SQL("%s", 6.0), "one", "other")
            self.env.cr.execute(
                SQL(
                    "SELECT %s FROM uom_uom AS one, uom_uom AS other"
                    " WHERE one.id = %s AND other.id = %s",
                    expression,
                    one.id,
                    other.id,
                )
            )
            [found] = self.env.cr.fetchone()
            expected = one._compute_quantity(6.0, other, round=False)
            self.assertAlmostEqual(float(found), expected, 6)

    def test_unrounded(self):
        """A key of the context that nobody reads rounds after all."""
        values = {"name": "19.6 %", "amount": 19.6, "company_id": self.company.id}
        tax = self.env["account.tax"].create({**values, **price_included()})
        self.assertTrue(tax.price_include)
        untaxed = untaxed_of_one(tax, 10.0, self.company)
        self.assertAlmostEqual(untaxed, 10 / 1.196, 6)

    def test_unflushed(self):
        """A query that is run by hand reads what is not written yet."""
        connection = self.env["coopcycle.connection"]._get_default()
        product = self.env["product.product"].create({"name": "Before"})
        self.env.flush_all()
        product.name = "Afterwards"
        found = product._coopcycle_match(connection, ["Afterwards"])
        self.assertEqual(found, {"Afterwards": [product.id]})
