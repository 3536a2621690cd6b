from dataclasses import dataclass
from decimal import Decimal


class NotYet(Exception):
    """A document whose rule does not hold (any more); its text says why."""


class Unsendable(Exception):
    """A document that cannot be sent as it is.

    :param str code: for grouping by cause
    :param str text: what a user reads, with a resolution
    """

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Item:
    """So many of an order's item, sold on a line of a sale order."""

    order_item_id: str
    quantity: Decimal
    sale_line_id: int


@dataclass(frozen=True)
class Remote:
    """A document as Magento lists it.

    `items` is {order item id: quantity}; amounts are in the order's currency, with tax;
    `created_at` is naive UTC. `comments` and `track_numbers` are those that the list
    gives.
    """

    magento_id: str
    increment_id: str
    order_id: str
    created_at: object
    items: dict
    currency: str = ""
    total: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    comments: tuple = ()
    track_numbers: tuple = ()
