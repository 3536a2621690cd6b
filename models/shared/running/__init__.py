"""How work runs that commits step by step: its transactions and its locks."""

from .lock import Lock
from .transaction import Transaction, is_conflict, is_refusal, lock_rows
