"""The company of the Odoo tests, with its accounts, which take seconds to load.

Run in Odoo's shell, which gives ``env``. The classes of tests take it over within their
transactions; without it each of them makes its own.
"""

company = env["res.company"].create({"name": "company_1_data"})  # noqa: F821
charts = company.env["account.chart.template"]
charts.try_loading(
    charts._guess_chart_template(company.country_id),
    company=company,
    install_demo=False,
)
company.env.cr.commit()
