import csv
import io
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..shared.versions import LIST, forget_income_account, map_tax
from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportInvoices(CoopcycleCommon):
    """What the draft invoices hold."""

    def import_one(self, *rows, **values):
        """Import rows of one External ID and return their invoice."""
        move = self.run_import(list(rows), **values).move_ids
        self.assertEqual(len(move), 1)
        return move

    def test_header(self):
        """The customer, the date and the External ID come from the file."""
        move = self.import_one(self.row("A1"), self.row("A2"))
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "out_invoice",
                    "state": "draft",
                    "partner_id": self.acme.id,
                    "invoice_date": date(2025, 6, 13),
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "journal_id": self.journal.id,
                    "coopcycle_external_id": self.external_id(),
                }
            ],
        )

    def test_day_of_the_import(self):
        """An import is called by its day where the user is, also near midnight."""
        import_ = self.run_import([self.row()])
        self.env.cr.execute(
            "UPDATE coopcycle_import SET create_date = '2026-11-30 6:00' WHERE id = %s",
            import_.ids,
        )
        self.env.invalidate_all()
        for zone, day in (("America/Los_Angeles", "29"), ("Europe/Paris", "30")):
            name = import_.with_context(tz=zone).display_name
            self.assertIn(f"(2026-11-{day})", name)

    def test_timeline(self):
        """The invoice's timeline begins with the file that it came from."""
        move = self.import_one(self.row())
        timelines = self.env["integration.timeline"].with_user(self.biller)
        entries = timelines.read_timeline("account.move", move.id)
        self.assertEqual(entries[0]["what"], "CoopCycle's file imported")
        self.assertEqual(entries[0]["id"], move.coopcycle_import_id.id)
        self.assertEqual(entries[0]["model"], "coopcycle.import")

    def test_line(self):
        """Each row is a line with its label, order number, account and taxes."""
        move = self.import_one(self.row("A1", price_unit="4.16"))
        self.assertRecordValues(
            move.invoice_line_ids,
            [
                {
                    "product_id": self.product.id,
                    "account_id": self.account.id,
                    "name": "On demand delivery - 1.2 km - 06/10/2025 (Order #A1)",
                    "coopcycle_order_number": "A1",
                    "price_unit": 4.16,
                    "quantity": 1,
                    "tax_ids": self.tax.ids,
                }
            ],
        )

    def test_one_invoice_per_external_id(self):
        """Rows of two stores become two invoices, also when they alternate."""
        rows = [self.row(f"A{number}", store=number % 2) for number in range(4)]
        moves = self.run_import(rows).move_ids
        self.assertEqual(
            {
                move.coopcycle_external_id: sorted(
                    move.invoice_line_ids.mapped("coopcycle_order_number")
                )
                for move in moves
            },
            {self.external_id(0): ["A0", "A2"], self.external_id(1): ["A1", "A3"]},
        )

    def test_samples_to_the_cent(self):
        """The drafts of every sample file have the file's sum."""
        self.make_account("411100", "Deliveries of one store")
        for name in ("en", "fr", "es", "cs", "one_store_250"):
            content = self.sample(f"export_{name}.csv")
            rows = csv.DictReader(io.StringIO(content.decode()))
            total = sum(Decimal(row["Invoice lines / Unit Price"]) for row in rows)
            connection = self.env["coopcycle.connection"].create({"name": name})
            wizard = self.make_wizard(
                content,
                connection_id=connection.id,
                create_missing_partners=True,
                create_missing_products=True,
                user=self.env.user,
            )
            wizard.action_import()
            moves = wizard.import_id.move_ids
            with self.subTest(name):
                self.assertTrue(total)
                self.assertEqual(
                    round(sum(moves.mapped("amount_untaxed_signed")), 2), float(total)
                )
                self.assertEqual(round(wizard.amount_untaxed, 2), float(total))

    def test_no_order_number(self):
        """A label without an order number is imported as it is."""
        move = self.import_one(self.row(label="Waiting time"))
        self.assertEqual(move.invoice_line_ids.name, "Waiting time")
        self.assertFalse(move.invoice_line_ids.coopcycle_order_number)

    # Accounts

    def test_account_of_file_before_product(self):
        """The file's account goes before the product's."""
        self.product.property_account_income_id = self.make_account("706100")
        self.assertEqual(
            self.import_one(self.row()).invoice_line_ids.account_id, self.account
        )

    def test_empty_account_is_products(self):
        """An empty account falls back to the product's."""
        own = self.make_account("706100")
        self.product.property_account_income_id = own
        move = self.import_one(self.row(account=""))
        self.assertEqual(move.invoice_line_ids.account_id, own)

    def test_empty_account_is_categorys(self):
        """A product without an account has the one of its category."""
        own = self.make_account("706200")
        self.product.categ_id.property_account_income_categ_id = own
        move = self.import_one(self.row(account=""))
        self.assertEqual(move.invoice_line_ids.account_id, own)

    def test_empty_account_is_journals(self):
        """Where the product has no account, the journal's is used."""
        forget_income_account(self.product, self.company)
        own = self.make_account("706300")
        self.journal.default_account_id = own
        move = self.import_one(self.row(account=""))
        self.assertEqual(move.invoice_line_ids.account_id, own)

    def test_empty_account_through_fiscal_position(self):
        """The customer's fiscal position maps the product's account."""
        own, abroad = self.make_account("706100"), self.make_account("706900")
        self.product.property_account_income_id = own
        self.acme.property_account_position_id = self.make_position(
            account=(own, abroad)
        )
        move = self.import_one(self.row(account=""))
        self.assertEqual(move.invoice_line_ids.account_id, abroad)

    # Terms, taxes and currency

    def make_position(self, tax=None, account=None):
        """Return a fiscal position that maps a tax or an account to another."""
        values = {"name": "Abroad"}
        if account:
            old, new = account
            values["account_ids"] = [
                Command.create({"account_src_id": old.id, "account_dest_id": new.id})
            ]
        position = self.env["account.fiscal.position"].create(values)
        if tax:
            map_tax(position, *tax)
        return position

    def test_payment_terms(self):
        """The customer's payment terms decide when the invoice is due."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "10 days",
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 10})],
            }
        )
        self.acme.property_payment_term_id = terms
        move = self.import_one(self.row())
        self.assertEqual(move.invoice_payment_term_id, terms)
        self.assertEqual(move.invoice_date_due, date(2025, 6, 23))

    def test_fiscal_position(self):
        """The customer's fiscal position maps the product's tax, not the amount."""
        abroad = self.make_tax(5)
        self.acme.property_account_position_id = self.make_position((self.tax, abroad))
        move = self.import_one(self.row())
        self.assertEqual(
            move.fiscal_position_id, self.acme.property_account_position_id
        )
        self.assertEqual(move.invoice_line_ids.tax_ids, abroad)
        self.assertRecordValues(move, [{"amount_untaxed": 10, "amount_tax": 0.5}])

    def test_company_currency(self):
        """The invoice is in the company's currency, whatever the journal's is."""
        currency = (
            self.env["res.currency"].sudo().create({"name": "XGC", "symbol": "☺"})
        )
        self.env["account.journal"].sudo().search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        ).currency_id = currency
        move = self.import_one(self.row())
        self.assertEqual(move.currency_id, self.company.currency_id)
        self.assertEqual(move.amount_untaxed, 10)

    # Quantities and signs

    def test_quantity(self):
        """The amount is the price times the quantity."""
        move = self.import_one(self.row(price_unit="2.5", quantity="3"))
        self.assertRecordValues(
            move.invoice_line_ids,
            [{"price_unit": 2.5, "quantity": 3, "price_subtotal": 7.5}],
        )

    def test_fraction_of_a_quantity(self):
        """Half a unit is half the price."""
        move = self.import_one(self.row(price_unit="2.5", quantity="0.5"))
        self.assertEqual(move.amount_untaxed, 1.25)

    def test_negative_line(self):
        """A refund of an incident lowers the invoice."""
        move = self.import_one(self.row("A1"), self.row("A2", price_unit="-4"))
        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual(move.amount_untaxed, 6)

    def test_negative_sum(self):
        """A negative sum makes a credit note with the signs turned."""
        move = self.import_one(self.row("A1"), self.row("A2", price_unit="-25"))
        self.assertEqual(move.move_type, "out_refund")
        self.assertEqual(move.amount_untaxed, 15)
        self.assertEqual(move.invoice_line_ids.mapped("price_unit"), [-10, 25])

    def test_zero_sum(self):
        """Free orders make an invoice of nothing."""
        move = self.import_one(self.row(price_unit="0"))
        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual(move.amount_untaxed, 0)

    # Afterwards

    def test_shows_the_drafts(self):
        """After the import the drafts are listed."""
        wizard = self.make_wizard([self.row("A1"), self.row("B1", store=2)])
        action = wizard.action_import()
        self.assertEqual(action["res_model"], "account.move")
        self.assertIn(LIST, action["view_mode"])
        shown = self.env["account.move"].search(action["domain"])
        self.assertEqual(shown, wizard.import_id.move_ids)
        self.assertEqual(len(shown), 2)

    def test_drafts_are_confirmed_as_usual(self):
        """The drafts are confirmed in the standard way, by who bills."""
        move = self.import_one(self.row("A1"), self.row("A2", price_unit="-25"))
        move.with_user(self.biller).action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.invoice_date, date(2025, 6, 13))

    def test_search(self):
        """Invoices are searched by CoopCycle's export id and order number."""
        moves = self.run_import([self.row("A1"), self.row("B1", store=2)]).move_ids
        self.assertEqual(
            self.search_moves("coopcycle_external_id", self.external_id(2)), moves[-1]
        )
        self.assertEqual(self.search_moves("invoice_line_ids", "A1"), moves[0])

    def search_moves(self, name, text):
        """Search as somebody does who types a text into the list's search box."""
        view = self.env.ref("account.view_account_invoice_filter")
        arch = self.env["account.move"]._get_view(view.id, "search")[0]
        field = arch.xpath(f"//field[@name='{name}']")[-1]
        domain = field.get("filter_domain") or f"[('{name}', 'ilike', self)]"
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                *safe_eval(domain, {"self": text}),
            ]
        )
