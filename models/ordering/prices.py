"""The price of one, of which so many make up a row to the cent."""

from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

HUNDRED = Decimal(100)


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
        """Return (price of one, discount in percent) of a row.

        There is no discount where the accuracy of prices is enough. Else the price is
        rounded up, and a small discount takes off what that is too much. Where not even
        that makes up the row, the price is the nearest one.
        """
        if not quantity:
            return 0.0, 0.0
        nearest = _to_step(row / quantity, self.price_step)
        higher = _to_step(row / quantity, self.price_step, ROUND_UP)
        if not higher or self._is_exact(row, nearest * quantity):
            return float(nearest), 0.0
        share = row / (higher * quantity)
        discount = _to_step(HUNDRED * (1 - share), self.discount_step)
        if self._is_exact(row, higher * quantity * (1 - discount / HUNDRED)):
            return float(higher), float(discount)
        return float(nearest), 0.0

    def _is_exact(self, row, product):
        """Say whether Odoo will round a product to the row."""
        off = product - _to_step(row, self.coin)
        # Not at the very edge, where a float may fall to the other side
        return abs(off) < self.coin * Decimal("0.499")


def _to_step(number, step, rounding=ROUND_HALF_UP):
    """Return the nearest multiple of a step."""
    return (number / step).to_integral_value(rounding) * step
