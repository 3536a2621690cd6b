"""Talking to CoopCycle's API; it knows nothing of Odoo."""

from .client import CoopcycleClient
from .deliveries import Delivery, Quote
from .endings import Ending, Reading
from .errors import CoopcycleError
from .invoicing import LineItem, StoreTotal
from .period import CANCELLED, DELIVERED, OPEN, Period
from .sign_in import ApplicationSignIn, UserSignIn
from .webhooks import is_signed, read_event

__all__ = (
    "CANCELLED",
    "DELIVERED",
    "OPEN",
    "ApplicationSignIn",
    "CoopcycleClient",
    "CoopcycleError",
    "Delivery",
    "Ending",
    "LineItem",
    "Period",
    "Quote",
    "Reading",
    "StoreTotal",
    "UserSignIn",
    "is_signed",
    "read_event",
)
