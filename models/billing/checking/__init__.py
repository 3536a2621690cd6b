"""What is looked at before an invoice is posted.

A check is a small class; what it needs to know is read for many invoices at once.
`account.move._billing_get_checks` says which there are.
"""

from .check import Check, InvoiceCheck, LineCheck, run
from .currency import CurrencyInactive, RateDiffers, RateMissing, RateStale
from .facts import Facts

CHECKS = (CurrencyInactive, RateMissing, RateStale, RateDiffers)

__all__ = ["CHECKS", "Check", "Facts", "InvoiceCheck", "LineCheck", "run"]
