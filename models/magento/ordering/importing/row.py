from dataclasses import dataclass
from decimal import Decimal


@dataclass
class Row:
    """What one line of an order sells, and what it comes to.

    Amounts are in the order's currency, of all pieces together, after discount: `net`
    without tax, `tax` all of it, `taxes` {account.tax: its part}. `price` and
    `discount` (percent) are Odoo's: of one, with those taxes that it includes in
    prices.
    """

    product: object
    quantity: Decimal
    net: Decimal
    tax: Decimal
    taxes: dict
    price: float
    discount: float
