import base64
import io
import zipfile

from odoo import fields
from odoo.tests import Form, tagged

from ...models.coopcycle.importing.messages import MESSAGES
from ...tools.text import dialect
from ..shared.versions import PERIOD_LOCK, archive_account, forget_income_account
from .common import HEADER, CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportFindings(CoopcycleCommon):
    """Every finding: what it says of which rows, and whether it blocks."""

    def check(self, wizard, code, severity="error", **expected):
        """Test a finding's fields, and that its message names a remedy."""
        finding = self.finding(wizard, code)
        self.assertRecordValues(
            finding,
            [
                {
                    "severity": severity,
                    "row": int((expected.get("rows") or "0").split(",")[0]),
                    **expected,
                }
            ],
        )
        self.assertIn("Resolution: ", finding.message)
        return finding

    # Of the whole check

    def test_nothing_found(self):
        """A file that matches has no findings, and its sums are shown."""
        wizard = self.run_test(
            [self.row("A1"), self.row("A2"), self.row("B1", store=2, price_unit="2.5")]
        )
        self.assertFalse(wizard.issue_ids)
        self.assertRecordValues(
            wizard, [{"invoice_count": 2, "line_count": 3, "amount_untaxed": 22.5}]
        )

    def test_total_per_customer(self):
        """The total of each customer is shown, and the total in all."""
        wizard = self.run_test(
            [self.row("A1"), self.row("B1", store=2, partner=self.velos.name)]
        )
        for text in ("Acme", self.velos.name, "10.00", "20.00"):
            self.assertIn(text, wizard.customer_totals)

    def test_names_are_no_markup(self):
        """A customer's name cannot bring markup into the table of totals."""
        wizard = self.run_test([self.row(partner="<img src=x>")])
        self.assertNotIn("<img", wizard.customer_totals)

    def test_writes_nothing(self):
        """Test writes nothing but its findings."""
        models = (
            "account.move",
            "res.partner",
            "product.product",
            "coopcycle.connection",
            "coopcycle.import",
            "coopcycle.mapping",
            "coopcycle.store",
            "integration.process.log",
        )
        counts = {name: self.env[name].search_count([]) for name in models}
        wizard = self.run_test(
            [self.row("A1"), self.row("B1", partner="New", product="New", store=2)],
            create_missing_partners=True,
            create_missing_products=True,
            user=self.env.user,
        )
        self.assert_no_errors(wizard)
        self.assertEqual(
            counts, {name: self.env[name].search_count([]) for name in models}
        )

    def test_same_finding_is_one_line(self):
        """The same finding with the same value lists its rows; another one does not."""
        wizard = self.run_test(
            [
                self.row("A1", partner="Nobody"),
                self.row("A2", store=2),
                self.row("A3", partner="Nobody"),
                self.row("A4", store=3, partner="Nobody else at all"),
            ]
        )
        missing = wizard.issue_ids.filtered(lambda one: one.code == "partner_missing")
        self.assertEqual(
            missing.mapped(lambda one: (one.value, one.rows, one.row)),
            [("Nobody", "2, 4", 2), ("Nobody else at all", "5", 5)],
        )

    def test_errors_come_first(self):
        """The most severe findings are on top."""
        wizard = self.run_test(
            [self.row(account="", label="no order"), self.row("A2", price_unit="x")]
        )
        severities = wizard.issue_ids.mapped("severity")
        self.assertEqual(severities, sorted(severities, key="error warning info".find))
        self.assertEqual(len(set(severities)), 3)

    def test_test_again(self):
        """Testing again replaces the findings."""
        wizard = self.run_test([self.row(partner="Nobody")])
        self.acme.name = "Nobody"
        wizard.action_test()
        self.assertFalse(wizard.issue_ids)

    def test_every_message_has_a_remedy(self):
        """Whatever blocks or warns says what to do."""
        for code, (severity, text) in MESSAGES.items():
            if severity != "info":
                with self.subTest(code):
                    self.assertIn("Resolution: ", str(text))

    def test_blocked_import_says_so(self):
        """Import does nothing while there is an error, and shows the findings."""
        wizard = self.import_blocked([self.row(partner="Nobody"), self.row("A2")])
        self.finding(wizard, "partner_missing")

    # How the file was saved

    def test_ways_to_save_a_file(self):
        """The screen offers what the parser can read, no more and no less."""
        for name, codes in (
            ("encoding", dialect.ENCODINGS),
            ("separator", dialect.SEPARATORS),
            ("decimal_separator", dialect.DECIMAL_SEPARATORS),
            ("date_order", dialect.DATE_ORDERS),
        ):
            field = self.env["coopcycle.import.wizard"]._fields[name]
            self.assertEqual(set(field.get_values(self.env)), set(codes), name)

    def test_old_encodings(self):
        """A file from an old Macintosh or Central European program is read."""
        for language, encoding in (("fr", "mac-roman"), ("cs", "iso-8859-2")):
            with self.subTest(encoding):
                text = self.sample(f"export_{language}.csv").decode()
                wizard = self.run_test(text.encode(encoding))
                self.assertEqual(wizard.encoding, encoding)
                self.assertNotIn("row_malformed", self.codes(wizard))

    def test_another_file(self):
        """Another file in the form takes the outcome of the first one away."""
        wizard = self.run_test([self.row(partner="Nobody")])
        form = Form(wizard)
        form.file = base64.b64encode(self.content([self.row()]))
        self.assertFalse(form.is_tested)
        wizard = form.save()
        self.assertFalse(wizard.is_tested)
        self.assertFalse(wizard.issue_ids)

    # Customers, products and accounts

    def test_partner_missing(self):
        wizard = self.run_test([self.row(partner="Nobody")])
        self.check(
            wizard, "partner_missing", rows="2", column="Partner", value="Nobody"
        )

    def test_partner_missing_empty(self):
        wizard = self.run_test([self.row(partner="")])
        self.check(wizard, "partner_missing", rows="2", column="Partner")

    def test_partner_ambiguous(self):
        self.make_customer("ACME", city="Paris")
        wizard = self.run_test([self.row()])
        finding = self.check(
            wizard, "partner_ambiguous", rows="2", column="Partner", value="Acme"
        )
        self.assertIn("Paris", finding.suggestion)

    def test_partner_similar(self):
        wizard = self.run_test([self.row(partner="Les Velos du Canal SCOP")])
        finding = self.check(
            wizard,
            "partner_similar",
            "warning",
            rows="2",
            column="Partner",
            value="Les Velos du Canal SCOP",
        )
        self.assertIn(self.velos.name, finding.suggestion)

    def test_partner_renamed(self):
        self.run_import([self.row()])
        wizard = self.run_test([self.row("A2", export="next", partner="Newco")])
        finding = self.check(
            wizard, "partner_renamed", rows="2", column="Partner", value="Newco"
        )
        self.assertIn("Acme", finding.message)
        self.assertEqual(finding.suggestion, "Acme")

    def test_partner_renamed_to_a_customer(self):
        self.run_import([self.row()])
        rows = [self.row("A2", export="next", partner=self.velos.name)]
        wizard = self.run_test(rows)
        self.check(wizard, "partner_renamed", "warning", rows="2")
        self.assertEqual(self.run_import(rows).move_ids.partner_id, self.velos)

    def test_product_missing(self):
        wizard = self.run_test([self.row(product="Nothing")])
        self.check(
            wizard,
            "product_missing",
            rows="2",
            column="Invoice lines / Product",
            value="Nothing",
        )

    def test_product_ambiguous(self):
        self.env["product.product"].create({"name": "on demand DELIVERY"})
        wizard = self.run_test([self.row()])
        self.check(
            wizard,
            "product_ambiguous",
            rows="2",
            column="Invoice lines / Product",
            value="On demand delivery",
        )

    def test_account_missing(self):
        wizard = self.run_test([self.row(account="123123")])
        self.check(
            wizard,
            "account_missing",
            rows="2",
            column="Invoice lines / Account",
            value="123123",
        )

    def test_account_empty_and_none_found(self):
        forget_income_account(self.product, self.company)
        self.journal.default_account_id = False
        wizard = self.run_test([self.row(account="")])
        self.check(wizard, "account_missing", rows="2")

    def test_account_deprecated(self):
        archive_account(self.account)
        wizard = self.run_test([self.row()])
        self.check(
            wizard,
            "account_deprecated",
            rows="2",
            column="Invoice lines / Account",
            value="706000",
        )

    def test_account_unusable(self):
        code = self.company_data["default_account_receivable"].code
        wizard = self.run_test([self.row(account=code)])
        self.check(wizard, "account_unusable", rows="2", value=code)

    def test_account_empty(self):
        """An empty account falls back, which is said."""
        self.journal.default_account_id = self.make_account("706300", "Fallback")
        forget_income_account(self.product, self.company)
        wizard = self.run_test([self.row(account="")])
        finding = self.check(wizard, "account_empty", "info", rows="2")
        self.assertIn("706300 Fallback", finding.message)

    # Cells

    def test_price_invalid(self):
        wizard = self.run_test([self.row(price_unit="ten")])
        self.check(
            wizard,
            "price_invalid",
            rows="2",
            column="Invoice lines / Unit Price",
            value="ten",
        )

    def test_price_ambiguous(self):
        """1.234 in every row is decided by who knows the file."""
        rows = [self.row(price_unit="1.234")]
        wizard = self.run_test(rows)
        self.check(wizard, "price_invalid", rows="2", value="1.234")
        wizard.decimal_separator = ","
        wizard.action_test()
        self.assert_no_errors(wizard)
        self.assertEqual(wizard.amount_untaxed, 1234)

    def test_price_rounded(self):
        wizard = self.run_test([self.row(price_unit="4.1666")])
        self.assertIn("price_rounded", self.codes(wizard))

    def test_quantity_invalid(self):
        wizard = self.run_test([self.row(quantity="0"), self.row("A2", quantity="x")])
        found = wizard.issue_ids.filtered(lambda one: one.code == "quantity_invalid")
        self.assertEqual(
            found.mapped(lambda one: (one.value, one.rows)), [("0", "2"), ("x", "3")]
        )
        self.assertIn("Resolution: ", found[0].message)

    def test_quantity_ambiguous(self):
        """A quantity of 1.005 is decided by the decimal separator, too."""
        wizard = self.run_test([self.row(quantity="1.005")])
        finding = self.check(wizard, "quantity_invalid", rows="2", value="1.005")
        self.assertIn("choose the decimal separator", finding.message)
        wizard.decimal_separator = ","
        wizard.action_test()
        self.assert_no_errors(wizard)
        self.assertEqual(wizard.amount_untaxed, 10050)

    def test_date_invalid(self):
        rows = [self.row(), self.row("A2", store=2, invoice_date="2025-02-31")]
        wizard = self.run_test(rows)
        self.check(
            wizard, "date_invalid", rows="3", column="Invoice Date", value="2025-02-31"
        )

    def test_date_missing(self):
        wizard = self.run_test([self.row(), self.row("A2", store=2, invoice_date="")])
        self.check(wizard, "date_invalid", rows="3", column="Invoice Date")

    def test_date_ambiguous(self):
        """No row decides the order: it blocks until the user chooses one."""
        rows = [
            self.row("A1", invoice_date="04/05/2025"),
            self.row("B1", store=2, invoice_date="03/05/2025"),
        ]
        wizard = self.import_blocked(rows)
        self.check(wizard, "date_ambiguous", rows="2, 3", column="Invoice Date")
        self.assertFalse(wizard.date_order)
        wizard.date_order = "dmy"
        wizard.action_import()
        self.assertEqual(
            wizard.import_id.move_ids.mapped("invoice_date"),
            [fields.Date.to_date("2025-05-04"), fields.Date.to_date("2025-05-03")],
        )

    def test_date_ambiguous_with_only_valid(self):
        """It blocks the file also where only fine invoices are wanted."""
        rows = [self.row("A1", invoice_date="04/05/2025")]
        self.import_blocked(rows, only_valid_invoices=True)

    def test_date_order_of_the_company_is_proposed(self):
        """The company language's order is proposed, not the user's."""
        rows = [self.row("A1", invoice_date="04/05/2025")]
        self.env["res.lang"]._activate_lang("fr_FR")
        for lang, proposed in (
            ("en_US", "Month, day, year"),
            ("fr_FR", "Day, month, year"),
        ):
            self.company.partner_id.lang = lang
            finding = self.finding(self.run_test(rows), "date_ambiguous")
            self.assertEqual(finding.suggestion, proposed)

    def test_external_id_missing(self):
        wizard = self.run_test([self.row(), self.row("A2", external_id="")])
        self.check(wizard, "external_id_missing", rows="3", column="External ID")

    def test_label_without_order(self):
        wizard = self.run_test([self.row(label="Waiting (long)")])
        self.check(
            wizard,
            "label_without_order",
            "warning",
            rows="2",
            column="Invoice lines / Label",
            value="Waiting (long)",
        )

    def test_row_malformed(self):
        content = self.content([self.row()]) + b"a,b\n"
        wizard = self.run_test(content)
        self.check(wizard, "row_malformed", rows="3")

    # Invoices

    def test_order_twice_in_file(self):
        wizard = self.run_test([self.row("A1"), self.row("A1", store=2)])
        self.check(
            wizard,
            "order_twice_in_file",
            rows="2, 3",
            column="Invoice lines / Label",
            value="A1",
        )

    def test_conflicting_partners(self):
        wizard = self.run_test(
            [self.row("A1"), self.row("A2", partner=self.velos.name)]
        )
        self.check(wizard, "conflicting_header", rows="2, 3", value=self.external_id())

    def test_conflicting_dates(self):
        wizard = self.run_test(
            [self.row("A1"), self.row("A2", invoice_date="2025-06-14")]
        )
        self.check(wizard, "conflicting_header", rows="2, 3", value=self.external_id())

    def test_same_name_written_otherwise(self):
        """Case, spaces and accents make no two customers of one invoice."""
        wizard = self.run_test([self.row("A1"), self.row("A2", partner=" ACMÉ")])
        self.assert_no_errors(wizard)

    def test_total_negative(self):
        wizard = self.run_test([self.row("A1"), self.row("A2", price_unit="-12.5")])
        finding = self.check(
            wizard, "total_negative", "warning", rows="2, 3", value=self.external_id()
        )
        self.assertIn("2.50", finding.message)
        self.assertEqual(wizard.amount_untaxed, -2.5)

    def test_period_locked(self):
        for name in (PERIOD_LOCK, "fiscalyear_lock_date", "tax_lock_date"):
            with self.subTest(name):
                self.company[name] = "2025-06-13"
                wizard = self.run_test([self.row()])
                self.check(wizard, "period_locked", "warning", rows="2")
                self.company[name] = False

    def test_period_not_locked(self):
        self.company.fiscalyear_lock_date = "2025-06-12"
        self.assertFalse(self.run_test([self.row()]).issue_ids)

    def test_draft_in_locked_period(self):
        """The draft is created; Odoo books it later."""
        self.company.fiscalyear_lock_date = "2025-06-30"
        move = self.run_import([self.row()]).move_ids
        move.action_post()
        self.assertGreater(move.date, self.company.fiscalyear_lock_date)

    def test_order_already_invoiced(self):
        move = self.run_import([self.row()]).move_ids
        move.action_post()
        wizard = self.run_test([self.row(export="next")])
        finding = self.check(
            wizard,
            "order_already_invoiced",
            rows="2",
            column="Invoice lines / Label",
            value="A1",
        )
        self.assertIn(move.name, finding.message)

    def test_file_already_imported(self):
        import_ = self.run_import([self.row()])
        wizard = self.run_test([self.row()])
        finding = self.check(wizard, "file_already_imported", rows="")
        self.assertIn(import_.display_name, finding.message)

    def test_invoice_changed(self):
        self.run_import([self.row()])
        wizard = self.run_test([self.row(price_unit="11")])
        self.check(wizard, "invoice_changed", rows="2", value=self.external_id())

    def test_invoice_posted(self):
        self.run_import([self.row()]).move_ids.action_post()
        wizard = self.run_test([self.row(price_unit="11")])
        self.check(wizard, "invoice_posted", rows="2", value=self.external_id())

    # Files

    def test_file_empty(self):
        self.check(self.run_test(self.content([])), "file_empty")

    def test_workbook(self):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        finding = self.check(self.run_test(output.getvalue()), "file_unreadable")
        self.assertIn("workbook", finding.message)

    def test_wrong_encoding(self):
        content = self.content([self.row(partner="Vélos")], encoding="cp1252")
        wizard = self.run_test(content, encoding="utf-8")
        self.check(wizard, "file_unreadable")

    def test_column_missing(self):
        header = {**HEADER, "price_unit": "Price"}
        wizard = self.run_test(self.content([self.row()], header))
        self.check(
            wizard,
            "column_missing",
            column="Invoice lines / Unit Price",
            value="Invoice lines / Unit Price",
        )
        self.check(wizard, "column_unknown", "info", value="Price")

    def test_account_column_may_be_missing(self):
        header = {role: text for role, text in HEADER.items() if role != "account"}
        wizard = self.run_test(self.content([self.row()], header))
        self.assert_no_errors(wizard)
        self.assertIn("account_empty", self.codes(wizard))

    def test_column_twice(self):
        header = {**HEADER, "label": "Partner"}
        wizard = self.run_test(self.content([self.row()], header))
        self.check(wizard, "column_twice")

    def test_journal_missing(self):
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.active = False
        self.check(self.run_test([self.row()]), "journal_missing")

    def test_dialect_is_shown(self):
        """How the file was saved is decided from its content and shown."""
        rows = [self.row(partner="Vélos", price_unit="4,16", invoice_date="13/06/2025")]
        wizard = self.run_test(self.content(rows, HEADER, ";", "utf-16"))
        self.assertRecordValues(
            wizard,
            [
                {
                    "encoding": "utf-16-le",
                    "separator": ";",
                    "decimal_separator": ",",
                    "date_order": "dmy",
                    "amount_untaxed": 4.16,
                }
            ],
        )

    # Only the invoices that are fine

    def test_only_valid_invoices(self):
        """Invoices with an error are left out whole, the others are imported."""
        rows = [
            self.row("A1"),
            self.row("B1", store=2, price_unit="x"),
            self.row("B2", store=2),
        ]
        import_ = self.run_import(rows, only_valid_invoices=True)
        self.assertEqual(
            import_.move_ids.mapped("coopcycle_external_id"), [self.external_id()]
        )
        self.assertIn("price_invalid", import_.issue_ids.mapped("code"))

    def test_no_valid_invoice(self):
        """Where none is fine, nothing is imported."""
        wizard = self.import_blocked(
            [self.row(price_unit="x")], only_valid_invoices=True
        )
        self.finding(wizard, "nothing_to_import")

    def test_stray_row(self):
        """A damaged row may belong to its neighbours, which are not fine then."""
        rows = [
            self.row("A1", store=1),
            self.row("B1", store=2),
            self.row("B2", store=2, external_id=""),
            self.row("C1", store=3),
            self.row("D1", store=4),
        ]
        import_ = self.run_import(rows, only_valid_invoices=True)
        self.assertEqual(
            set(import_.move_ids.mapped("coopcycle_external_id")),
            {self.external_id(1), self.external_id(4)},
        )

    def test_column_missing_with_only_valid(self):
        """No invoice is fine without a column."""
        header = {role: text for role, text in HEADER.items() if role != "quantity"}
        self.import_blocked(
            self.content([self.row()], header), only_valid_invoices=True
        )
