"""How work runs that commits step by step: its transactions and its locks."""

from .at_commit import do_at_commit
from .lock import Lock
from .transaction import Transaction, is_conflict, is_refusal, lock_rows, touch_rows
