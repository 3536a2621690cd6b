from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ...models.shared.running import Transaction
from .steps import steps_within


class AccountingCommon(AccountTestInvoicingCommon):
    """A company with accounts, and a second one, which few tests need accounts of.

    A company and its chart of accounts take seconds, for each class of tests: those
    that the database has already (`devtools/test_companies.py`) are taken over.
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
        made = cls.env["res.company"].sudo().search([("name", "=", company_name)])
        with cls.take_over(made.with_env(cls.env)):
            if company_name == "company_1_data" or cls.second_company_has_accounts:
                return super().setup_company_data(
                    company_name, chart_template, **kwargs
                )
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

    @classmethod
    @contextmanager
    def take_over(cls, company):
        """Let a company that is there be the one that is made, and its accounts."""
        with ExitStack() as stack:
            if company:
                companies = type(company)
                stack.enter_context(
                    patch.object(companies, "create", lambda *_args: company)
                )
            if company.chart_template:
                charts = type(cls.env["account.chart.template"])
                stack.enter_context(
                    patch.object(charts, "try_loading", lambda *_args, **_kwargs: None)
                )
            yield
