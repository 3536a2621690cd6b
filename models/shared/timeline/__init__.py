from . import integration_timeline
from .entry import (
    DECIDED,
    DELIVERED,
    EXCHANGED,
    INVOICED,
    ORDERED,
    PAID,
    REMINDED,
    SENT,
    Entry,
    Story,
)
