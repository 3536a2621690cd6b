from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class AccountingCommon(AccountTestInvoicingCommon):
    """A company with accounts, and a second one, which few tests need accounts of.

    A chart of accounts takes seconds, for each class of tests.
    """

    second_company_has_accounts = False

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
        return super().setup_company_data(company_name, chart_template, **kwargs)
