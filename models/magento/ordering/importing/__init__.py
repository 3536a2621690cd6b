"""From a page of Magento's orders to sale orders.

`OrderPage` is the door; each other file answers one question: whose order it is, which
products, taxes and stores it means, what its lines cost, and what has changed since.
"""

from .page import OrderPage
from .result import PageResult
