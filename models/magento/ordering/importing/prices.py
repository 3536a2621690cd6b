"""The price of one, of which so many make up a row to the cent."""

from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
# How many discounts are tried out, in steps of Odoo's accuracy of discounts
LARGEST_DISCOUNT = 500


class Prices:
    """Splits rows into prices, as exactly as Odoo keeps them.

    :param currency: the `res.currency` of the rows
    """

    def __init__(self, currency):
        self.coin = Decimal(str(currency.rounding))
        digits = currency.env["decimal.precision"].precision_get
        self.price_step = Decimal(1).scaleb(-digits("Product Price"))
        self.discount_step = Decimal(1).scaleb(-digits("Discount"))

    def split(self, row, quantity):
        """Return (price of one, discount in percent) that make up a row.

        There is no discount where the accuracy of prices is enough. Else it is the
        smallest one with which some price makes up the row. Where none does, the price
        is the nearest one.
        """
        if not quantity:
            return 0.0, 0.0
        below_all = int(HUNDRED / self.discount_step)
        for number in range(min(LARGEST_DISCOUNT, below_all)):
            discount = self.discount_step * number
            share = quantity * (1 - discount / HUNDRED)
            price = _to_step(row / share, self.price_step)
            if self._is_exact(row, price * share):
                return float(price), float(discount)
        return float(_to_step(row / quantity, self.price_step)), 0.0

    def _is_exact(self, row, product):
        """Say whether Odoo will round a product to the row."""
        off = product - _to_step(row, self.coin)
        # Not at the very edge, where a float may fall to the other side
        return abs(off) < self.coin * Decimal("0.499")


def _to_step(number, step):
    """Return the nearest multiple of a step."""
    return (number / step).to_integral_value(ROUND_HALF_UP) * step
