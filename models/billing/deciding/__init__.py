from .history import Histories, History
from .quantities import Quantities, Quantity
from .scope import Subject
