from . import billing_match
from .suggesting import Suggesting

__all__ = ["Suggesting"]
