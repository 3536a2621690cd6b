"""What passes when the same is done again."""

import psycopg2

from ...shared.running.transaction import is_conflict
from ..billing_decision_line import CLAIM_INDEXES


def is_conflict_of_others(error):
    """Say whether an error is the doing of another process, and passes."""
    return isinstance(error, psycopg2.Error) and is_conflict(error, CLAIM_INDEXES)
