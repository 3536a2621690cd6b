"""What the database knows of many invoices, each by one query."""

from .duplicates import read_duplicates
from .order_amounts import read_order_differences
from .rates import Rate, read_rates

__all__ = ["Rate", "read_duplicates", "read_order_differences", "read_rates"]
