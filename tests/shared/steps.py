"""Runs that commit step by step, within the transaction of a test."""

from unittest.mock import patch

from ...models.shared.running import Transaction

SAVEPOINT = "coopcycle_magento_step"


def steps_within(cr):
    """Return a context in which commits on a cursor end with the test.

    A commit sets a mark, and a rollback goes back to the last one, as it would to the
    last commit. So errors are met as in a real run. Other cursors are left alone.
    """
    commit, rollback = Transaction.commit, Transaction.rollback

    def mark(transaction):
        if transaction.env.cr is not cr:
            return commit(transaction)
        cr.flush()
        return cr._obj.execute(f"SAVEPOINT {SAVEPOINT}")  # none of its counted queries

    def go_back(transaction):
        if transaction.env.cr is not cr:
            return rollback(transaction)
        cr.clear()
        return cr._obj.execute(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")

    return patch.multiple(Transaction, commit=mark, rollback=go_back)
