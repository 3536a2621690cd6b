"""The taxes of a run's orders, each looked up once."""

from .problems import Problem


class Taxes:
    """Finds the taxes that the rates of orders are.

    Which rate it is, `magento.tax` says.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.model = self.env["magento.tax"]
        self.rates = {}
        self.recomputed = {}

    def get(self, line_tax, line_taxes):
        """Return the `account.tax` of a line's tax, an empty record for none at all.

        A rate of 0 % is a tax where somebody says which one.

        :param line_tax: a `LineTax`
        :param line_taxes: all of the line
        :raise Problem: it is no tax in Odoo yet
        """
        is_zero = not line_tax.amount and not line_tax.percent
        if not line_tax.amount and not line_tax.code:
            return self._find_free(line_tax)
        upon = _get_percents_upon(line_tax, line_taxes)
        rate = self._find_recomputed(line_tax) or self._find(line_tax, upon)
        if not rate.tax_id and not is_zero:
            raise Problem(
                "tax_unknown",
                tax=rate.code,
                percent=f"{line_tax.percent.normalize():f}",
            )
        return rate.tax_id

    def _find_free(self, line_tax):
        """Return the tax of what was given away, of which Magento names no rate.

        Where several rates make its percentage, nobody needs to know which ones.
        """
        percent = float(line_tax.percent)
        if not percent:
            return self.env["account.tax"]
        return self.model._find_by_percent(self.connection, percent)[:1].tax_id

    def _find(self, line_tax, upon):
        key = line_tax.code, float(line_tax.percent)
        if key not in self.rates:
            rate = self.model._match_upon(self.connection, *key, upon)
            self.rates[key] = rate or self.model._match(self.connection, *key)
        return self.rates[key]

    def _find_recomputed(self, line_tax):
        """Return the rate of which somebody computed a percentage anew, else empty."""
        key = line_tax.code, float(line_tax.percent), float(line_tax.amount)
        if key[:2] in self.rates:
            return self.model
        if key not in self.recomputed:
            self.recomputed[key] = self.model._match_recomputed(self.connection, *key)
        return self.recomputed[key]


def _get_percents_upon(line_tax, line_taxes):
    """Return the percentages on top of which a line's tax may be computed."""
    others = [float(each.percent) for each in line_taxes if each is not line_tax]
    return (*others, sum(others))
