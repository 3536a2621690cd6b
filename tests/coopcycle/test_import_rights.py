from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..shared.versions import ACCOUNT_COMPANY
from .common import CoopcycleCommon

MODELS = (
    "coopcycle.connection",
    "coopcycle.import",
    "coopcycle.import.issue",
    "coopcycle.mapping",
    "coopcycle.store",
    "integration.process.log",
    "integration.process.log.line",
)


@tagged("post_install", "-at_install")
class TestImportRights(CoopcycleCommon):
    """Who bills imports, who reads invoices sees it, others nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user("reader", "account.group_account_readonly")
        cls.plain = cls.make_user("plain")
        cls.company_2 = cls.company_data_2["company"]
        cls.make_account("706000", company=cls.company_2)
        cls.biller_2 = cls.make_user(
            "biller_2", "account.group_account_invoice", cls.company_2
        )

    def import_something(self):
        """Import with a finding and a remembered product, and return the import."""
        wizard = self.run_test([self.row(product="Cargo", price_unit="-5")])
        self.finding(wizard, "product_missing").product_id = self.product
        wizard.action_import()
        self.assertTrue(wizard.import_id.issue_ids)
        return wizard.import_id

    # Groups

    def test_billing_imports(self):
        """Who bills tests, imports, looks at it and undoes it."""
        import_ = self.import_something().with_user(self.biller)
        self.assertEqual(import_.user_id, self.biller)
        self.assertEqual(import_.move_ids.create_uid, self.biller)
        self.assertEqual(len(import_.action_open_moves()["domain"][0][2]), 1)
        self.assertTrue(import_.action_open_logs())
        self.assertTrue(import_.issues_file)
        import_.action_undo()
        self.assertEqual(import_.state, "undone")

    def test_readers_see(self):
        """Who reads invoices sees the imports, their findings and logs."""
        import_ = self.import_something()
        for model in MODELS:
            with self.subTest(model):
                records = self.env[model].with_user(self.reader).search([])
                self.assertTrue(records)
                self.assertTrue(records.read())
        import_ = import_.with_user(self.reader)
        self.assertEqual(import_.move_ids.amount_untaxed, 5)
        self.assertTrue(import_.issues_file)

    def test_readers_do_not_import(self):
        """But they neither import nor undo."""
        import_ = self.import_something()
        with self.assertRaises(AccessError):
            self.make_wizard([self.row()], user=self.reader)
        with self.assertRaises(AccessError):
            import_.with_user(self.reader).action_undo()
        with self.assertRaises(AccessError):
            import_.with_user(self.reader).unlink()

    def test_books_are_kept(self):
        """Who bills cannot change what an import and its log say."""
        import_ = self.import_something().with_user(self.biller)
        log = self.env["integration.process.log"].with_user(self.biller).search([])
        for records in (import_, import_.issue_ids, log, log.line_ids):
            for change in (records.unlink, lambda rec=records: rec.write({})):
                with self.subTest(records._name), self.assertRaises(AccessError):
                    change()

    def test_nobody_imports_for_another(self):
        """Who bills makes no import or log by hand, with another user's rights."""
        import_ = self.import_something()
        log = self.env["integration.process.log"].search([], limit=1)
        issue = {"import_id": import_.id, "severity": "info", "code": "x"}
        for model, vals in (
            (
                "coopcycle.import",
                {
                    "connection_id": self.connection.id,
                    "file": "eA==",
                    "user_id": self.env.user.id,
                    "state": "queued",
                },
            ),
            ("coopcycle.import.issue", issue),
            ("integration.process.log", log.copy_data()[0]),
            ("integration.process.log.line", log.line_ids[:1].copy_data()[0]),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.biller).create(vals)
        with self.assertRaises(AccessError):
            import_.with_user(self.biller).user_id = self.env.user

    def test_instances_are_the_managers(self):
        """Who bills does not change an instance; an accounting manager does."""
        with self.assertRaises(AccessError):
            self.connection.with_user(self.biller).name = "Mine"
        manager = self.make_user("manager", "account.group_account_manager")
        self.connection.with_user(manager).name = "Ours"
        self.assertEqual(self.connection.name, "Ours")

    def test_others_see_nothing(self):
        """Other employees see nothing of it."""
        self.import_something()
        for model in (*MODELS, "coopcycle.import.wizard"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.plain).search([])

    def test_menus(self):
        """The menu is for those who read invoices, its import for who bills."""
        root, wizard, invoicing = (
            self.env.ref(f"coopcycle_magento.{name}").id
            for name in (
                "coopcycle_menu_root",
                "coopcycle_import_wizard_menu",
                "coopcycle_import_wizard_menu_invoicing",
            )
        )
        for user, expected in (
            (self.biller, {root, wizard, invoicing}),
            (self.reader, {root}),
            (self.plain, set()),
        ):
            seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual({root, wizard, invoicing} & seen, expected, user.login)

    def test_wizard_is_its_users(self):
        """Nobody reads the file that somebody else is about to import."""
        wizard = self.make_wizard([self.row()])
        other = self.make_user("other", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["file_name"])

    # Companies

    def test_company_rules(self):
        """Nothing of one company's imports is seen in another one."""
        self.import_something()
        for model in MODELS:
            with self.subTest(model):
                self.assertFalse(
                    self.env[model]
                    .with_user(self.biller_2)
                    .search([("company_id", "=", self.company.id)])
                )
                self.assertTrue(
                    self.env[model]
                    .with_user(self.biller)
                    .search([("company_id", "=", self.company.id)])
                )

    def test_same_file_in_two_companies(self):
        """Two companies with the same file do not meet."""
        first = self.run_import([self.row()])
        second = self.run_import([self.row()], user=self.biller_2)
        self.assertEqual(first.company_id, self.company)
        self.assertEqual(second.company_id, self.company_2)
        self.assertEqual(first.move_ids.company_id, self.company)
        self.assertEqual(second.move_ids.company_id, self.company_2)
        self.assertEqual(
            second.move_ids.invoice_line_ids.account_id[ACCOUNT_COMPANY], self.company_2
        )
        self.assertEqual(second.move_ids.journal_id.company_id, self.company_2)

    def test_instance_decides_the_company(self):
        """Who works in two companies imports for that of the instance."""
        both = self.make_user(
            "both",
            "account.group_account_invoice",
            companies=self.company + self.company_2,
        )
        connection_2 = self.env["coopcycle.connection"].create(
            {"name": "Second", "company_id": self.company_2.id}
        )
        import_ = self.run_import(
            [self.row()], user=both, connection_id=connection_2.id
        )
        move = import_.move_ids
        self.assertEqual(move.company_id, self.company_2)
        self.assertEqual(move.journal_id.company_id, self.company_2)
        self.assertEqual(move.line_ids.account_id[ACCOUNT_COMPANY], self.company_2)

    def test_customers_of_another_company(self):
        """Another company's customer or product of the same name is not used."""
        self.make_customer("Acme", company_id=self.company_2.id)
        self.env["product.product"].create(
            {"name": self.product.name, "company_id": self.company_2.id}
        )
        both = self.make_user(
            "both",
            "account.group_account_invoice",
            companies=self.company + self.company_2,
        )
        move = self.run_import(
            [self.row()], user=both, connection_id=self.connection.id
        ).move_ids
        self.assertEqual(move.partner_id, self.acme)
        self.assertEqual(move.invoice_line_ids.product_id, self.product)

    def test_company_of_an_instance(self):
        """An instance that has imports stays in its company."""
        self.run_import([self.row()])
        with self.assertRaisesRegex(UserError, "Resolution: "):
            self.connection.company_id = self.company_2

    def test_account_of_another_company(self):
        """An account code that only another company has is missing."""
        self.make_account("701234", company=self.company_2)
        wizard = self.run_test([self.row(account="701234")])
        self.finding(wizard, "account_missing")

    def test_taxes_of_the_company(self):
        """A product of two companies has the taxes of the invoicing one."""
        tax_2 = self.company_data_2["default_tax_sale"]
        self.product.sudo().taxes_id = [Command.link(tax_2.id)]
        move = self.run_import([self.row()], user=self.biller_2).move_ids
        self.assertEqual(move.invoice_line_ids.tax_ids, tax_2)
