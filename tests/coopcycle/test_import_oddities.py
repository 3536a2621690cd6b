from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CoopcycleCommon

AGAIN = "aaaaaaaa-0000-4d37-b2a7-4de452e6b438"


@tagged("post_install", "-at_install")
class TestImportOddities(CoopcycleCommon):
    """What is hardly what somebody means: other currencies, quantities, prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.currency_id = cls.env.ref("base.EUR")

    def assert_warned(self, wizard, code, *texts, rows="2"):
        self.assert_no_errors(wizard)
        found = self.finding(wizard, code)
        self.assertEqual(found.severity, "warning")
        for text in texts:
            self.assertIn(text, found.message)

    # Currencies

    def test_other_currency(self):
        """Any other sign or code is an error, however it stands at the price."""
        signs = ("$12.50", "US$ 12.50", "12.50 USD", "CHF 12.50", "£12.50", "12.50 kr")
        for price in (*signs, "12.50 Kč", "Fr. 12.50", "-12.50 zł"):
            wizard = self.run_test([self.row(price_unit=price)])
            found = self.finding(wizard, "currency_other")
            self.assertEqual((found.severity, found.rows), ("error", "2"), price)
            self.assertIn("EUR", found.message)

    def test_own_currency(self):
        for price in ("€12.50", "12.50 €", "EUR 12.50", "12.50EUR", "12.50"):
            self.assertNotIn(
                "currency_other",
                self.codes(self.run_test([self.row(price_unit=price)])),
            )

    def test_two_currencies(self):
        """The rows of the other one are named, and the invoices without it are fine."""
        rows = [
            self.row("A1", price_unit="12.50 €"),
            self.row("A2", store=2, price_unit="8.00 $"),
            self.row("A3", store=3, price_unit="9.00"),
            self.row("A4", store=4, price_unit="$ 1.00"),
        ]
        found = self.finding(self.import_blocked(rows), "currency_other")
        self.assertEqual((found.value, found.rows), ("$", "3, 5"))
        import_ = self.run_import(rows, only_valid_invoices=True)
        self.assertEqual(len(import_.move_ids), 2)

    def test_dollars(self):
        """A company in dollars may read them with the letters of its own code."""
        self.company.currency_id = self.env.ref("base.CAD")
        for price, is_own in (("$1.50", True), ("CA$1.50", True), ("US$1.50", False)):
            codes = self.codes(self.run_test([self.row(price_unit=price)]))
            self.assertEqual("currency_other" not in codes, is_own, price)

    # Quantities

    def test_quantity(self):
        """Another one than 1 is told with what the row comes to."""
        wizard = self.run_test([self.row(price_unit="12", quantity="50")])
        self.assert_warned(wizard, "quantity_not_one", "50", "600.00")
        for quantity in ("-1", "1.5", "100000"):
            wizard = self.run_test([self.row(quantity=quantity)])
            self.assert_warned(wizard, "quantity_not_one", quantity)
        wizard = self.run_test([self.row(quantity="1.00")])
        self.assertNotIn("quantity_not_one", self.codes(wizard))

    # Orders that were billed with another amount

    def bill(self, **amounts):
        rows = [self.row(order, price_unit=price) for order, price in amounts.items()]
        move = self.run_import(rows).move_ids
        move.action_post()
        return move

    def export_again(self, **amounts):
        return [
            self.row(order, price_unit=price, export=AGAIN)
            for order, price in amounts.items()
        ]

    def test_price_changed(self):
        """Both amounts are told, also when the order is left out."""
        self.bill(A1="10", A2="20")
        rows = self.export_again(A1="7", A2="20", A3="5")
        wizard = self.run_test(rows)
        found = wizard.issue_ids.filtered(lambda i: i.code == "order_already_invoiced")
        changed = found.filtered(lambda issue: issue.value == "A1")
        self.assertIn("10.00", changed.message)
        self.assertIn("7.00", changed.message)
        self.assertNotIn("20.00", (found - changed).message)
        wizard = self.run_test(rows, skip_invoiced_orders=True)
        self.assert_no_errors(wizard)
        left_out = wizard.issue_ids.filtered(lambda i: i.code == "order_left_out")
        severities = {issue.value: issue.severity for issue in left_out}
        self.assertEqual(severities, {"A1": "warning", "A2": "info"})
        message = left_out.filtered(lambda issue: issue.value == "A1").message
        self.assertIn("10.00", message)
        self.assertIn("7.00", message)

    def test_price_changed_and_credited(self):
        """What was credited of the order by then is taken off."""
        move = self.bill(A1="10", A2="20")
        note = move._reverse_moves()
        lines = note.invoice_line_ids
        lines.filtered(lambda line: "A2" in line.name).unlink()
        note.invoice_line_ids.price_unit = 3
        note.action_post()
        wizard = self.run_test(self.export_again(A1="7"), skip_invoiced_orders=True)
        self.assertEqual(self.finding(wizard, "order_left_out").severity, "info")
        wizard = self.run_test(self.export_again(A1="10"), skip_invoiced_orders=True)
        found = self.finding(wizard, "order_left_out")
        self.assertEqual(found.severity, "warning")
        self.assertIn("7.00", found.message)

    # Customers, prices, dates, labels

    def test_archived_customer(self):
        """Nobody gets a second customer without being told of the archived one."""
        self.make_customer("Old Käse", active=False)
        wizard = self.run_test(
            [self.row(partner="OLD KASE")], create_missing_partners=True
        )
        self.assert_warned(wizard, "partner_archived", "OLD KASE")
        wizard = self.run_test(
            [self.row(partner="Nobody")], create_missing_partners=True
        )
        self.assertNotIn("partner_archived", self.codes(wizard))

    def test_price_like_a_date(self):
        for price in ("45789", "31898"):
            wizard = self.run_test([self.row(price_unit=price)])
            self.assert_warned(wizard, "price_like_date", price)
        for price in ("45789.50", "457", "99999"):
            codes = self.codes(self.run_test([self.row(price_unit=price)]))
            self.assertNotIn("price_like_date", codes)

    def test_far_date(self):
        today = fields.Date.today()
        for days in (400, -1200, 9000):
            day = str(today + timedelta(days=days))
            self.assert_warned(self.run_test([self.row(invoice_date=day)]), "date_far")
        for days in (0, 60, -700):
            day = str(today + timedelta(days=days))
            codes = self.codes(self.run_test([self.row(invoice_date=day)]))
            self.assertNotIn("date_far", codes)

    def test_garbled_label(self):
        label = "Livraison - Café José à l'Étoile - 06/10/2025 (Commande #A1)"
        for encoding in ("cp1252", "cp1250", "mac-roman"):
            garbled = label.encode().decode(encoding, errors="replace")
            wizard = self.run_test([self.row(label=garbled)])
            self.assert_warned(wizard, "label_garbled", "Caf")
        self.assertNotIn(
            "label_garbled", self.codes(self.run_test([self.row(label=label)]))
        )
