"""From a parsed CoopCycle file to customer invoices: first the check, then the write.

Plain classes that the models of this addon use; they hold no state in the database.
"""

from .billed import BilledOrders, group_by_order
from .check import Choices, InvoiceCheck, totals_by_partner
from .messages import MESSAGES
from .write import InvoiceWriter

__all__ = [
    "MESSAGES",
    "BilledOrders",
    "Choices",
    "InvoiceCheck",
    "InvoiceWriter",
    "group_by_order",
    "totals_by_partner",
]
