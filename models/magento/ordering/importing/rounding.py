"""How far amounts of two systems may be apart, and still mean the same."""

LARGEST_ROUNDING = 0.05


def largest_rounding(currency):
    """Return the largest difference of an order that is rounding, in its currency.

    Five of the smallest coin where that is more than a cent: Magento counts cents of
    every currency, also of one that has none.
    """
    return max(LARGEST_ROUNDING, 5 * currency.rounding)


def is_rounding(amount, currency):
    """Say whether a difference between two totals is no more than rounding."""
    return abs(amount) < largest_rounding(currency) + currency.rounding / 100
