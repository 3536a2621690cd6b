"""The companies of the Odoo tests, and the accounts of the first, which take seconds.

Run in Odoo's shell, which gives ``env``. The classes of tests take them over within
their transactions; without them each class makes its own.
"""

companies = env["res.company"].create(  # noqa: F821
    [
        {"name": "company_1_data"},
        {
            "name": "company_2_data",
            "account_fiscal_country_id": env.ref("base.us").id,  # noqa: F821
        },
    ]
)
charts = companies.env["account.chart.template"]
charts.try_loading(
    charts._guess_chart_template(companies[0].country_id),
    company=companies[0],
    install_demo=False,
)
companies.env.cr.commit()
