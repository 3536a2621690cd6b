"""Amounts as matching has them: whole numbers of a currency's smallest unit."""


class Units:
    """Converts amounts of currencies.

    :param env: whose currencies they are
    """

    def __init__(self, env):
        currencies = env["res.currency"].with_context(active_test=False).search([])
        self._factors = {each.id: 10**each.decimal_places for each in currencies}

    def count(self, amount, currency_id):
        """Return how many of the smallest unit an amount is."""
        return round(float(amount) * self._factors[currency_id])

    def amount(self, count, currency_id):
        """Return the amount of so many of the smallest unit."""
        return count / self._factors[currency_id]
