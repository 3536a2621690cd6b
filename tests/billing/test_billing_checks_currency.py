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

    def test_own_currency(self):
        """The company's own currency needs none."""
        self.assert_clean(self.make_invoice(), "rate_missing", "rate_stale")

    def test_rate_stale(self):
        """So many days are long enough for a rate, as the company says."""
        self.set_rate("2024-06-06", 0.8)
        self.assert_found(self.make(), "rate_stale", "warning")
        self.company.billing_rate_days = 4
        self.assert_clean(self.make(), "rate_stale")

    def test_rate_differs(self):
        """A rate far from the one before it is likely mistyped."""
        self.set_rate("2024-06-09", 0.8)
        self.set_rate("2024-06-10", 0.88)
        self.assert_found(self.make(), "rate_differs", "warning")
        self.assert_clean(self.make(invoice_date="2024-06-09"), "rate_differs")

    def test_rate_measured_by_another_currency(self):
        """Where the company's currency has a rate, the other one's is as much off."""
        for day, rate in (("2024-06-09", 1.0), ("2024-06-10", 1.0)):
            self.set_rate(day, rate * 2, self.company.currency_id)
            self.set_rate(day, rate)
        found = self.find(self.make())
        self.assertNotIn("rate_missing", found)

    def test_rate_differs_from_the_order(self):
        """The customer agreed to a price at another rate."""
        self.set_rate("2024-01-01", 0.8)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Pounds", "currency_id": self.pound.id}
        )
        order = self.make_order(pricelist_id=pricelist.id)
        self.env.flush_all()
        self.set_rate("2024-06-09", 0.9)
        self.set_rate("2024-06-10", 0.9)
        move = self.bill(order)
        move.invoice_date = "2024-06-10"
        found = self.assert_found(move, "rate_differs", "warning")
        self.assertIn("of the order", found.message)

    def test_currency_inactive(self):
        """Odoo refuses it as well; here it is told with all the rest."""
        self.set_rate("2024-06-10", 0.8)
        move = self.make()
        self.pound.active = False
        self.assert_found(move, "currency_inactive", "error")
