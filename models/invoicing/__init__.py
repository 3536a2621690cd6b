"""From a parsed CoopCycle file to customer invoices: first the check, then the write.

Plain classes that the models of this addon use; they hold no state in the database.
"""

from .check import Choices, InvoiceCheck, totals_by_partner
from .write import InvoiceWriter

__all__ = ["Choices", "InvoiceCheck", "InvoiceWriter", "totals_by_partner"]
