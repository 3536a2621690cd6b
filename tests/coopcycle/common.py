import base64
import csv
import hashlib
import io
from pathlib import Path

from odoo import Command

from ...compat import product_kind
from ..shared.accounting_common import AccountingCommon
from ..shared.users import find_or_make

HEADER = {
    "external_id": "External ID",
    "invoice_date": "Invoice Date",
    "partner": "Partner",
    "account": "Invoice lines / Account",
    "product": "Invoice lines / Product",
    "label": "Invoice lines / Label",
    "price_unit": "Invoice lines / Unit Price",
    "quantity": "Invoice lines / Quantity",
}
EXPORT = "6513270e-269e-4d37-b2a7-4de452e6b438"


class CoopcycleCommon(AccountingCommon):
    """A company that invoices two of CoopCycle's stores, and its billing clerk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_sale"]
        cls.tax = cls.company_data["default_tax_sale"]
        cls.account = cls.make_account("706000", "Deliveries")
        cls.product = cls.env["product.product"].create(
            {
                "name": "On demand delivery",
                **product_kind("service"),
                "taxes_id": [Command.set(cls.tax.ids)],
                "categ_id": cls.env["product.category"].create({"name": "Rides"}).id,
            }
        )
        cls.acme = cls.make_customer("Acme")
        cls.velos = cls.make_customer("Les Vélos du Canal")
        cls.biller = cls.make_user("biller", "account.group_account_invoice")
        cls.connection = cls.env["coopcycle.connection"]._get_default()

    @classmethod
    def make_user(cls, login, groups="", company=None, companies=None):
        env, companies = cls.env(su=True), companies or company or cls.company
        return find_or_make(env, f"coopcycle_{login}", groups, companies)

    @classmethod
    def make_account(cls, code, name="Account", company=None):
        accounts = cls.env["account.account"].with_company(company or cls.company)
        values = {"code": code, "name": name, "account_type": "income"}
        return accounts.create(values).with_env(cls.env)

    @classmethod
    def make_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def make_tax(cls, amount, **values):
        return cls.env["account.tax"].create(
            {"name": f"Tax {amount} {values}", "amount": amount, **values}
        )

    # Files

    @staticmethod
    def external_id(store=1, export=EXPORT):
        """Return the id that CoopCycle gives the invoice of a store in an export."""
        return f"{export}-{hashlib.sha256(str(store).encode()).hexdigest()[:7]}"

    @classmethod
    def row(cls, order="A1", store=1, export=EXPORT, **values):
        """Return one row of the export, as {role: cell}."""
        return {
            "external_id": cls.external_id(store, export),
            "invoice_date": "2025-06-13",
            "partner": "Acme",
            "account": "706000",
            "product": "On demand delivery",
            "label": f"On demand delivery - 1.2 km - 06/10/2025 (Order #{order})",
            "price_unit": "10",
            "quantity": "1",
            **values,
        }

    @classmethod
    def rows(cls, count, per_invoice=50, **values):
        """Return many rows: as many orders, in an invoice of a store for each few."""
        return [
            cls.row(f"A{number}", store=1 + number // per_invoice, **values)
            for number in range(count)
        ]

    @staticmethod
    def content(rows, header=HEADER, separator=",", encoding="utf-8"):
        """Return the file's bytes.

        :param header: {role: text in the first row}
        """
        text = io.StringIO()
        writer = csv.writer(text, delimiter=separator, lineterminator="\n")
        writer.writerow(header.values())
        writer.writerows([row[role] for role in header] for row in rows)
        return text.getvalue().encode(encoding)

    @staticmethod
    def sample(name):
        """Return the bytes of a file that CoopCycle exported."""
        return (Path(__file__).parents[1] / "data" / "coopcycle" / name).read_bytes()

    # Steps of an import

    def make_wizard(self, rows, user=None, **values):
        """Upload a file as somebody who bills, or as the given user.

        :param rows: what `row()` gives, or bytes
        """
        content = rows if isinstance(rows, bytes) else self.content(rows)
        return (
            self.env["coopcycle.import.wizard"]
            .with_user(user or self.biller)
            .create({"file": base64.b64encode(content), "file_name": "x.csv", **values})
        )

    def run_test(self, rows, **values):
        """Upload and test a file."""
        wizard = self.make_wizard(rows, **values)
        wizard.action_test()
        return wizard

    def run_import(self, rows, **values):
        """Upload and import a file that nothing blocks."""
        wizard = self.make_wizard(rows, **values)
        wizard.action_import()
        self.assertTrue(wizard.import_id, wizard.issue_ids.mapped("message"))
        return wizard.import_id

    def import_blocked(self, rows, **values):
        """Upload a file and press Import, which must do nothing."""
        wizard = self.make_wizard(rows, **values)
        moves = self.env["account.move"].search_count([])
        action = wizard.action_import()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(wizard.import_id)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        return wizard

    def finding(self, wizard, code):
        """Return the only finding with a code."""
        found = wizard.issue_ids.filtered(lambda issue: issue.code == code)
        self.assertEqual(len(found), 1, f"{code} in {self.codes(wizard)}")
        return found

    @staticmethod
    def codes(wizard):
        return wizard.issue_ids.mapped("code")

    def assert_no_errors(self, wizard):
        errors = wizard.issue_ids.filtered(lambda issue: issue.severity == "error")
        self.assertFalse(errors, errors.mapped("message"))
