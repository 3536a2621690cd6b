"""A Magento 2.4.7 REST server in memory, as the recordings of a real one answer."""

from .simulator import MagentoSimulator

__all__ = ("MagentoSimulator",)
