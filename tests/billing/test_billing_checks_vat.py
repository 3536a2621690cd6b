from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .checks_common import ChecksCommon

VALID, INVALID = "FR40303265045", "FR40303265044"


@tagged("post_install", "-at_install")
class TestBillingChecksVat(ChecksCommon):
    """The VAT number of a customer, above all where he owes the tax himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.france = cls.env.ref("base.fr")
        cls.position = cls.env["account.fiscal.position"].create(
            {"name": "Reverse Charge", "vat_required": True}
        )
        cls.customer = cls.make_customer("Paris", country_id=cls.france.id)

    def make(self, number, is_reverse_charge=False, **values):
        self.customer.write({"vat": number, **values})
        position = is_reverse_charge and self.position.id
        return self.make_invoice(fiscal_position_id=position)

    def test_vat_missing(self):
        """Reverse charge needs a number; "/" says that there is none."""
        for number in (False, "/"):
            self.assert_found(self.make(number, True), "vat_missing", "error")
        self.assert_clean(self.make(VALID, True), "vat_missing")
        self.assert_clean(self.make(False), "vat_missing")

    def test_vat_format(self):
        """Wrong check digits block reverse charge alone."""
        self.assert_found(self.make(INVALID, True), "vat_format", "error")
        self.assert_found(self.make(INVALID), "vat_format", "warning")
        self.assert_clean(self.make(VALID, True), "vat_format", "vat_country")

    def test_vat_format_odd(self):
        """Nonsense that a shop's customers write is found to be that."""
        for number in ("FR", "²³", "FR\x00", "n/a", "Ελλάδα", "FR" + "9" * 500):
            with self.subTest(number):
                self.customer.vat = number.replace("\x00", "")
                self.assert_found(self.make_invoice(), "vat_format", "warning")

    def test_vat_country(self):
        """A number of one country and an address in another."""
        move = self.make(VALID, country_id=self.env.ref("base.be").id)
        self.assert_found(move, "vat_country", "warning")

    def note(self, result, days=1, number=VALID):
        return self.env["billing.vat.check"].create(
            {
                "number": number,
                "result": result,
                "asked_at": fields.Datetime.now() - timedelta(days=days),
            }
        )

    def test_vat_vies_invalid(self):
        """What VIES does not know is no number for reverse charge."""
        self.company.billing_check_vies = True
        self.note("invalid")
        self.assert_found(self.make(VALID, True), "vat_vies_invalid", "error")
        self.assert_found(self.make(VALID), "vat_vies_invalid", "warning")

    def test_vat_vies_valid(self):
        """What VIES knows is found nowhere."""
        self.company.billing_check_vies = True
        self.note("valid")
        self.assert_clean(self.make(VALID), "vat_vies_invalid", "vat_vies_unknown")

    def test_vat_vies_unknown(self):
        """No answer, or an old one, is information and blocks nothing."""
        self.company.billing_check_vies = True
        self.assert_found(self.make(VALID, True), "vat_vies_unknown", "info")
        self.note("invalid", days=31)
        move = self.make(VALID, True)
        self.assert_found(move, "vat_vies_unknown", "info")
        self.assert_clean(move, "vat_vies_invalid")

    def test_vies_is_off(self):
        """By default nobody asks, and nobody is told that nobody asked."""
        self.note("invalid")
        self.assert_clean(self.make(VALID), "vat_vies_invalid", "vat_vies_unknown")
