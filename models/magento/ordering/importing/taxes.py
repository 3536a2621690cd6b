"""Which taxes in Odoo the tax rates of an order are."""

from .problems import Problem


class Taxes:
    """Looks tax rates up by code; a new one is guessed by its percentage."""

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.by_code = {tax.code: tax for tax in connection.tax_ids}

    def get(self, line_tax):
        """Return the `account.tax` of a line's tax, an empty record for none at all.

        :param line_tax: a `LineTax`
        :raise Problem: it is no tax in Odoo yet
        """
        if not line_tax.amount and not line_tax.percent:
            return self.env["account.tax"]
        rate = self._rate(line_tax)
        if not rate.tax_id:
            raise Problem(
                "tax_unknown",
                tax=rate.code,
                percent=f"{line_tax.percent.normalize():f}",
            )
        return rate.tax_id

    def _rate(self, line_tax):
        """Return the `magento.tax`, by its code, or by the percentage if unnamed."""
        percent = float(line_tax.percent)
        code = line_tax.code or f"{percent:g} %"
        if code not in self.by_code and not line_tax.code:
            same = [t for t in self.by_code.values() if abs(t.rate - percent) < 0.0001]
            if len(same) == 1:
                self.by_code[code] = same[0]
        if code not in self.by_code:
            self.by_code[code] = self.env["magento.tax"]._find_or_create(
                self.connection, [{"code": code, "rate": percent}]
            )
        return self.by_code[code]
