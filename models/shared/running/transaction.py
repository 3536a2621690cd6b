"""Steps that happen wholly or not at all, again where others were faster."""

import psycopg2
from psycopg2 import errorcodes

from odoo.tools import SQL

TRIES = 30
# Another process has changed, or is changing, the same records
CONFLICTS = (
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.LOCK_NOT_AVAILABLE,
)


class Transaction:
    """The only way in which this addon commits or rolls back.

    What commits by itself takes what else is pending in the same transaction with it,
    and ends the savepoints around it: call nothing that runs in steps from within one.

    :param env: the environment whose cursor it is about
    """

    def __init__(self, env):
        self.env = env

    def commit(self):
        """Make what was done so far last."""
        self.env.cr.commit()  # pylint: disable=invalid-commit  # one whole step

    def rollback(self):
        """Take back what was done since the last commit, also of one that failed."""
        self.env.cr.rollback()

    def is_failed(self):
        """Say whether the database refuses all but a rollback."""
        status = self.env.cr.connection.get_transaction_status()
        return status == psycopg2.extensions.TRANSACTION_STATUS_INERROR

    def do_once(self, step, *args):
        """Do a step wholly or not at all, and commit it.

        :param step: a function that changes nothing but the database
        :return: what the step returns
        """
        with self.env.cr.savepoint():
            result = step(*args)
        self.commit()
        return result

    def do(self, step, *args, lock=None, indexes=()):
        """Do a step wholly, commit it, and begin again after a conflict.

        :param lock: records that other processes write as well: locked before the step
        :param indexes: names of unique indexes that another process may have filled
            just before; the step will see its record, and act upon it
        :return: what the step returns
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self.do_once(_locked(lock, step), *args)
            except psycopg2.Error as error:
                if attempt == TRIES or not is_conflict(error, indexes):
                    raise
                self.rollback()  # a new transaction sees what the other one did
        return None


def is_conflict(error, indexes=()):
    """Say whether an error of the database is another process's doing.

    :param indexes: names of unique indexes of which a violation is one
    """
    if error.pgcode == errorcodes.UNIQUE_VIOLATION:
        return error.diag.constraint_name in indexes
    return error.pgcode in CONFLICTS


def is_refusal(error):
    """Say whether the database refuses what is written, whoever writes it and when."""
    if isinstance(error, psycopg2.OperationalError):
        # Longer or deeper than it can keep; else it is the server that is not well
        return (error.pgcode or "").startswith("54")
    return True


def _locked(records, step):
    """Return the step after the rows of some records are locked."""
    if not records:
        return step

    def locked_step(*args):
        lock_rows(records)
        return step(*args)

    return locked_step


def lock_rows(records):
    """Lock rows; that they are taken is no error for the server's log."""
    records.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        SQL.identifier(records._table),
        records.ids,
    )
    records.env.cr.execute(query, log_exceptions=False)
    records.invalidate_recordset(flush=False)


def touch_rows(records):
    """Lock rows by changing them: whoever waits for one begins anew, and sees more."""
    records.flush_recordset()
    query = SQL(
        "UPDATE %s SET write_date = write_date WHERE id = ANY(%s)",
        SQL.identifier(records._table),
        records.ids,
    )
    records.env.cr.execute(query, log_exceptions=False)
