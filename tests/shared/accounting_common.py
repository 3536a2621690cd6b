from unittest.mock import patch

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ...models.shared.running import Transaction
from .steps import steps_within


class AccountingCommon(AccountTestInvoicingCommon):
    """A company with accounts, and a second one, which few tests need accounts of.

    A chart of accounts takes seconds, for each class of tests: a company that the
    database has already (`devtools/test_company.py`) is taken over.
    """

    second_company_has_accounts = False

    @classmethod
    def setUpClass(cls, chart_template_ref=None):
        # Nobody guesses the passwords of the tests' users, which take long to hash
        cls.enter_for_class(patch("odoo.addons.base.models.res_users.MIN_ROUNDS", 1))
        super().setUpClass(chart_template_ref)
        cls.enter_for_class(steps_within(cls.cr))

    def setUp(self):
        super().setUp()
        Transaction(self.env).commit()  # a rollback takes nothing of the class back

    @classmethod
    def enter_for_class(cls, context):
        """Enter a context until the class is through, and return what it gives."""
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    def enter(self, context):
        """Enter a context until the test is through; Python 3.10 cannot by itself."""
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered

    @classmethod
    def setup_company_data(cls, company_name, chart_template=None, **kwargs):
        if company_name == "company_2_data" and not cls.second_company_has_accounts:
            country = cls.env.ref("base.us")
            company = cls.env["res.company"].create(
                {
                    "name": company_name,
                    "account_fiscal_country_id": country.id,
                    **kwargs,
                }
            )
            cls.env.user.company_ids |= company
            return {"company": company}
        companies = cls.env["res.company"].sudo()
        made = companies.search([("name", "=", company_name)], limit=1)
        if kwargs or not made:
            return super().setup_company_data(company_name, chart_template, **kwargs)
        charts = cls.env["account.chart.template"]
        with (
            patch.object(
                type(companies), "create", lambda *_args: made.with_env(cls.env)
            ),
            patch.object(type(charts), "try_loading", lambda *_args, **_options: None),
        ):
            return super().setup_company_data(company_name, chart_template)
