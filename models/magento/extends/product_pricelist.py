from odoo import fields, models


class ProductPricelist(models.Model):
    """A pricelist that gives Magento's orders their currency is nobody's by itself.

    Odoo takes the first pricelist that there is for a customer who has none: without
    this, the first shop in dollars would put all quotations into dollars.
    """

    _inherit = "product.pricelist"

    is_for_magento = fields.Boolean(
        "For Magento's Orders Alone",
        copy=False,
        help="It gives orders from Magento their currency. A customer has it only if it"
        " is chosen in the customer's form.",
    )

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        return [*domain, ("is_for_magento", "=", False)]
