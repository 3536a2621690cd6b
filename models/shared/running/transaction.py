"""Steps that happen wholly or not at all, again where others were faster."""

import psycopg2
from psycopg2 import errorcodes

from odoo import modules, tools
from odoo.tools import SQL

TRIES = 30
# Another process has changed, or is changing, the same records
CONFLICTS = (
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.UNIQUE_VIOLATION,
)


def can_commit():
    """Say whether this is a real run: a test must stay within its transaction."""
    return not tools.config["test_enable"] and not modules.module.current_test


def commit(env):
    """Make what was done so far last, unless a test runs within a transaction."""
    if can_commit():
        env.cr.commit()  # pylint: disable=invalid-commit  # one whole step


def in_transaction(env, step, *args, lock=None):
    """Do a step and commit it; do it again in a new transaction after a conflict.

    :param step: a function that changes nothing but the database
    :param lock: records that other processes write as well: locked before the step
    :return: what the step returns
    """
    for attempt in range(1, TRIES + 1):
        try:
            with env.cr.savepoint():
                if lock:
                    _lock(lock)
                result = step(*args)
            commit(env)
            return result
        except psycopg2.Error as error:
            if error.pgcode not in CONFLICTS or attempt == TRIES:
                raise
            if can_commit():
                env.cr.rollback()  # a new transaction sees what the other one did
            env.invalidate_all(flush=False)
    return None


def _lock(records):
    """Lock rows; that they are taken is no error for the server's log."""
    records.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        SQL.identifier(records._table),
        records.ids,
    )
    records.env.cr.execute(query, log_exceptions=False)
    records.invalidate_recordset(flush=False)
