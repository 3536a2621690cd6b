"""The company that the Magento benchmarks work for."""

from odoo import Command


def prepare_company(env, skus, **values):
    """Give the company accounts, euros, a tax and the shop's products.

    Nothing is done again on a database that another benchmark has used.

    :param skus: of the products
    :param values: what the products are, such as `invoice_policy`
    """
    if env["product.product"].search_count([("default_code", "=", skus[0])]):
        return
    company = env.company
    env["account.chart.template"].try_loading("generic_coa", company)
    company.currency_id = env.ref("base.EUR")
    # Odoo may have made some when the company's currency was another
    pricelists = env["product.pricelist"].search([("company_id", "=", company.id)])
    pricelists.currency_id = company.currency_id
    tax = env["account.tax"].create({"name": "20 %", "amount": 20})
    products = [
        {
            "name": sku,
            "default_code": sku,
            "taxes_id": [Command.set(tax.ids)],
            **values,
        }
        for sku in skus
    ]
    env["product.product"].create(products)
    env["magento.connection"].new({}).action_raise_accuracies()
