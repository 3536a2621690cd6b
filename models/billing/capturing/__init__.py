from .capture import Capture, Event
from .sweep import Sweep
from . import billing_decision, billing_operation
