from .batch import Batch
from .overdue import Item
from .shops import Shops

__all__ = ["Batch", "Item", "Shops"]
