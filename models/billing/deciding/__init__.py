from .conflicts import is_conflict_of_others
from .drafting import Drafting
from .history import Histories, History
from .quantities import Quantities, Quantity
from .scope import Subject
from .trial import Trial, Tried
from . import billing_decision, billing_operation, billing_policy
