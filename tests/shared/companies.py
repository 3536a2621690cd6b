"""Two companies with accounts, which take seconds to make."""

from .versions import give_outstanding_account

NAMES = ("company_1_data", "company_2_data")


def find_or_make(env):
    """Return the companies of the tests; a database that has them has them for all.

    :param env: of the superuser
    """
    found = env["res.company"].search([("name", "in", NAMES)], order="name")
    return found or _make(env)


def _make(env):
    # The shops' currency; with a second one, what users may do changes as well
    env.ref("base.EUR").active = True
    companies = env["res.company"].create([{"name": name} for name in NAMES])
    charts = env["account.chart.template"]
    for company in companies:
        chart = charts._guess_chart_template(company.country_id)
        charts.try_loading(chart, company=company, install_demo=False)
        give_outstanding_account(company)
    warehouses = env["stock.warehouse"]
    for company in companies - warehouses.search([]).company_id:
        warehouses.create({"company_id": company.id})  # which not all versions do
    return companies


def get_data(company):
    """Return what the tests of Odoo call so: the company, its journals and accounts."""
    env = company.env
    partner = company.partner_id.with_company(company)

    def find(model, kind, value):
        domain = [*env[model]._check_company_domain(company), (kind, "=", value)]
        return env[model].with_company(company).search(domain, limit=1)

    return {
        "company": company,
        "default_account_revenue": find("account.account", "account_type", "income"),
        "default_account_receivable": partner.property_account_receivable_id,
        "default_journal_sale": find("account.journal", "type", "sale"),
        "default_journal_bank": find("account.journal", "type", "bank"),
        "default_tax_sale": company.account_sale_tax_id,
    }
