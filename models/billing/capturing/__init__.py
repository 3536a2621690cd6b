from .capture import Capture, Event
from .poll import Poll
from .sweep import Sweep
from . import billing_decision, billing_operation
