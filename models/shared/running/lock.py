"""Locks that a process holds over all its commits, and that end with it."""

import zlib
from contextlib import contextmanager

from odoo.tools import SQL

from .transaction import Transaction

# Tells this addon's locks of PostgreSQL from those of others
NAMESPACE = "coopcycle_magento"


class Lock:
    """One thing that one process at a time may do with one record.

    :param record: the record
    :param str purpose: what is done with it, such as "run"
    """

    def __init__(self, record, purpose):
        self.env = record.env
        self.transaction = Transaction(record.env)
        self.key = (_signed_crc(f"{NAMESPACE} {record._name} {purpose}"), record.id)

    def take(self):
        """Take it, and say whether that succeeded: nobody else holds it."""
        return self._call("pg_try_advisory_lock")

    def give_back(self):
        """Let others take it. A transaction that failed is rolled back for that."""
        if self.transaction.is_failed():
            self.transaction.rollback()
        self._call("pg_advisory_unlock")

    def is_taken(self):
        """Say whether a living process holds it."""
        if not self.take():
            return True
        self.give_back()
        return False

    @contextmanager
    def held(self):
        """Give it back at the end of the block; it was taken before."""
        try:
            yield
        except Exception:
            self.transaction.rollback()  # others must not wait for what is undone
            raise
        finally:
            self.give_back()

    @contextmanager
    def in_turn(self):
        """Wait for it, and see in the block what its holder before has written."""
        self.transaction.commit()
        self._call("pg_advisory_lock")
        with self.held():
            self.transaction.commit()
            yield
            self.transaction.commit()

    def _call(self, function):
        query = SQL("SELECT %s(%s, %s)", SQL.identifier(function), *self.key)
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]


def _signed_crc(text):
    """Return a number of 32 bits with a sign, as PostgreSQL takes it."""
    return zlib.crc32(text.encode()) - 2**31
