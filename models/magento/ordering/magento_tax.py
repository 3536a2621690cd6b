from odoo import api, models

from ..connection.magento_tax import SAME_PERCENT as SAME

# How far a percentage may be recomputed by a shop or a marketplace
LARGEST_RECOMPUTED = 0.1
# A cent, and what it was rounded by
CENT = 0.015


class MagentoTax(models.Model):
    """Which tax rate an order bears."""

    _inherit = "magento.tax"

    @api.model
    def _match(self, connection, code, percent):
        """Return the tax rate, which has the tax; one that is met first is guessed.

        A code alone does not tell it, as a shop may change its percentage.

        :param str code: its code in Magento; without one the percentage tells it
        :param float percent: the percentage
        """
        name = code or f"{percent:g} %"
        rates = self._find_by_percent(connection, percent)
        found = rates.filtered(lambda rate: rate.code == name)
        if not found and not code and len(rates) == 1:
            found = rates
        return found[:1] or self._find_or_create(
            connection, [{"code": name, "rate": percent}]
        )

    @api.model
    def _match_upon(self, connection, code, percent, upon):
        """Return a rate that is met first and computed on top of others, else empty.

        :param str code: its code in Magento, perhaps ""
        :param float percent: what it adds to the net price
        :param tuple upon: the percentages on top of which it may be computed
        """
        rate = {"code": code, "rate": percent, "upon": upon}
        known = self._find_by_percent(connection, percent)
        if code in known.mapped("code"):
            return self.browse()
        if not self._find_computed_upon(connection, rate):
            return self.browse()
        return self._find_or_create(connection, [rate])

    @api.model
    def _find_by_percent(self, connection, percent):
        """Return the rates of a percentage, whatever their codes."""
        return connection.tax_ids.filtered(lambda rate: abs(rate.rate - percent) < SAME)

    @api.model
    def _match_recomputed(self, connection, code, percent, amount):
        """Return the rate of which a percentage was computed anew, such as 19.9987.

        It comes to the same amount; an empty record if there is none, or if the
        percentage is a known one itself.

        :param str code: its code in Magento, perhaps ""
        :param float percent: the percentage
        :param float amount: what the tax comes to
        """
        rates = connection.tax_ids.filtered(lambda rate: not code or rate.code == code)
        if not percent or rates & self._find_by_percent(connection, percent):
            return self.browse()
        net = amount * 100 / percent
        near = rates.filtered(
            lambda rate: (
                rate.rate
                and rate.tax_id
                and abs(net * rate.rate / 100 - amount) <= CENT
            )
        ).sorted(lambda rate: abs(rate.rate - percent))
        is_only_one = not code and len(set(near.mapped("rate"))) == 1
        if near and (is_only_one or abs(near[0].rate - percent) <= LARGEST_RECOMPUTED):
            return near[0]
        return self.browse()
