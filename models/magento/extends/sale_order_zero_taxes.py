from odoo import Command, api, models

from ....compat import SOLD_TAXES

SOLD = ("product", "bundle", "bundle_part")
DELIVERED = (*SOLD, "shipping", "product_tax")


class SaleOrder(models.Model):
    """Sales at 0 %: exports, deliveries to another country of the Union.

    Magento applies no tax to them. In Odoo one of 0 % does, whose tags a tax return
    needs: that of the order's fiscal position.
    """

    _inherit = "sale.order"

    @api.model
    def _magento_prepare_vals(self, order, found):
        found.lines = self._magento_tax_at_zero(found)
        return super()._magento_prepare_vals(order, found)

    @api.model
    def _magento_tax_at_zero(self, found):
        """Return the values of lines, untaxed ones with their tax of 0 %.

        A delivery follows the goods: where these are taxed it stays as it is.
        """
        if not any(_is_untaxed(values, SOLD) for values in found.lines):
            return found.lines
        position = self._magento_get_fiscal_position(found)
        return [
            {**values, **self._magento_prepare_zero_tax(position, found, values)}
            if _is_untaxed(values, DELIVERED)
            else values
            for values in found.lines
        ]

    @api.model
    def _magento_get_fiscal_position(self, found):
        """Return the `account.fiscal.position` that Odoo gives the order.

        :param found: the `Found` of the order
        """
        positions = self.env["account.fiscal.position"]
        return positions.with_company(found.connection.company_id)._get_fiscal_position(
            found.parties.partner, found.parties.delivery
        )

    @api.model
    def _magento_prepare_zero_tax(self, position, found, values):
        """Return the tax of 0 % as values of an untaxed line, {} if there is none.

        :param position: the `account.fiscal.position` of the order, perhaps empty
        :param dict values: of the line
        """
        company = found.connection.company_id
        product = self.env["product.product"].browse(values["product_id"])
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if not taxes and position:
            taxes = company.account_sale_tax_id
        zero = position.map_tax(taxes)
        if not zero or any(tax.amount_type == "group" or tax.amount for tax in zero):
            return {}
        return {
            SOLD_TAXES: [Command.set(zero.ids)],
            "magento_taxes": {str(tax.id): 0.0 for tax in zero},
        }


def _is_untaxed(values, roles):
    return values.get("magento_role") in roles and not values.get("magento_taxes")
