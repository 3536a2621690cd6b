"""The demonstration company: what the sample file of CoopCycle names.

Run in Odoo's shell, which gives ``env``.
"""

from odoo import Command

from odoo.addons.coopcycle_magento.compat import product_kind

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
france = env.ref("base.fr")
euro = env.ref("base.EUR")

euro.active = True
company.write(
    {
        "name": "Les Coursiers à Vélo SCOP",
        "street": "12 rue du Guidon",
        "zip": "44000",
        "city": "Nantes",
        "country_id": france.id,
        "currency_id": euro.id,
    }
)
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
company.currency_id = euro
# Odoo made it when the company's currency was another
env["product.pricelist"].search([]).currency_id = euro

tax_group = env["account.tax.group"].create(
    {"name": "TVA 20 %", "country_id": company.account_fiscal_country_id.id}
)
company.account_sale_tax_id = env["account.tax"].create(
    {
        "name": "TVA 20 %",
        "amount": 20,
        "type_tax_use": "sale",
        "tax_group_id": tax_group.id,
        "country_id": company.account_fiscal_country_id.id,
    }
)
income = env["account.account"].create(
    {"code": "706000", "name": "Prestations de services", "account_type": "income"}
)
env["product.product"].create(
    {
        "name": "Livraison à la demande",
        **product_kind("service"),
        "taxes_id": [Command.set(company.account_sale_tax_id.ids)],
        "property_account_income_id": income.id,
    }
)
env["res.partner"].create(
    [
        {"name": name, "is_company": True, "city": "Nantes", "country_id": france.id}
        for name in (
            "Les Vélos du Canal SCOP",
            "Boulangerie Noël & Fils",
            "Pharmacie Müller",
        )
    ]
)
env.cr.commit()
