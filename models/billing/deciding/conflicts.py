"""What passes when the same is done again."""

import psycopg2

from ...shared.running.transaction import is_conflict


def is_conflict_of_others(error, env):
    """Say whether an error is the doing of another process, and passes."""
    if not isinstance(error, psycopg2.Error):
        return False
    return is_conflict(error, env["billing.decision.line"]._get_claim_indexes())
