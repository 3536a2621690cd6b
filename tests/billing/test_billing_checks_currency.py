from odoo.tests import tagged

from .checks_common import ChecksCommon


@tagged("post_install", "-at_install")
class TestBillingChecksCurrency(ChecksCommon):
    """An invoice in another currency is booked at a rate that somebody entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pound = cls.env.ref("base.GBP")
        cls.pound.active = True
        cls.env["res.currency.rate"].search([]).unlink()

    def set_rate(self, day, rate, currency=None):
        return self.env["res.currency.rate"].create(
            {
                "currency_id": (currency or self.pound).id,
                "name": day,
                "rate": rate,
                "company_id": self.company.id,
            }
        )

    def make(self, **values):
        values = {"invoice_date": "2024-06-10", **values}
        return self.make_invoice(currency_id=self.pound.id, **values)

    def test_rate_missing(self):
        """Odoo would book the pounds as so many euros."""
        self.set_rate("2024-06-11", 0.8)
        self.assert_found(self.make(), "rate_missing", "error")
        self.assert_clean(self.make(invoice_date="2024-06-11"), "rate_missing")
