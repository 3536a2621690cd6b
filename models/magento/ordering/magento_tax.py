from odoo import api, models


class MagentoTax(models.Model):
    """Which tax rate an order bears."""

    _inherit = "magento.tax"

    @api.model
    def _match(self, connection, code, percent):
        """Return the tax rate, which has the tax; one that is met first is guessed.

        :param str code: its code in Magento; without one the percentage tells it
        :param float percent: the percentage
        """
        name = code or f"{percent:g} %"
        rates = connection.tax_ids
        found = rates.filtered(lambda rate: rate.code == name)
        if not found and not code:
            same = rates.filtered(lambda rate: abs(rate.rate - percent) < 0.0001)
            found = same if len(same) == 1 else found
        return found or self._find_or_create(
            connection, [{"code": name, "rate": percent}]
        )
