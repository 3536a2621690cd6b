from .batch import Batch
from .overdue import Item
from .reason import Reason
from .shops import Shops

__all__ = ["Batch", "Item", "Reason", "Shops"]
