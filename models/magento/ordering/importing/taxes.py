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
        self.rates = {}

    def get(self, line_tax):
        """Return the `account.tax` of a line's tax, an empty record for none at all.

        :param line_tax: a `LineTax`
        :raise Problem: it is no tax in Odoo yet
        """
        if not line_tax.amount and not line_tax.percent:
            return self.env["account.tax"]
        key = line_tax.code, float(line_tax.percent)
        if key not in self.rates:
            self.rates[key] = self.env["magento.tax"]._match(self.connection, *key)
        rate = self.rates[key]
        if not rate.tax_id:
            raise Problem(
                "tax_unknown",
                tax=rate.code,
                percent=f"{line_tax.percent.normalize():f}",
            )
        return rate.tax_id
