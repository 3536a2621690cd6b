"""Runs that commit step by step, within the transaction of a test."""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo.sql_db import Savepoint

from ...models.shared.running import Transaction

MARK = "coopcycle_magento_step"


class Steps:
    """The commits of a cursor that end with the test.

    A commit sets a mark, and a rollback goes back to the last one, as it would to the
    last commit. So errors are met as in a real run.

    A mark that nothing can go back to any more is released: PostgreSQL compares each
    row that it reads with all of those that are open.

    :param cr: the cursor
    """

    def __init__(self, cr):
        self._cr = cr
        self._open = []  # Odoo's savepoints, which a rollback may go back to
        self._marks = []  # those that were open at each mark

    def begin_test(self):
        """Keep what is there: the end of the test goes back to it."""
        self._open, self._marks = [], []
        self.mark()

    def mark(self):
        self._cr.flush()
        statement = f"SAVEPOINT {MARK}"
        if self._marks and self._marks[-1] == self._open:
            statement = f"RELEASE SAVEPOINT {MARK}; {statement}"
        else:
            self._marks.append(list(self._open))
        self._cr._obj.execute(statement)  # none of its counted queries

    def go_back(self):
        self._cr.clear()
        self._open = list(self._marks[-1])
        self._cr._obj.execute(f"ROLLBACK TO SAVEPOINT {MARK}")

    def opened(self, savepoint):
        if savepoint._cr is self._cr:
            self._open.append(savepoint)

    def left(self, savepoint, is_over):
        """Note that a savepoint was gone back to, or is over."""
        if savepoint in self._open:
            place = self._open.index(savepoint)
            self._open = self._open[: place + (not is_over)]
            self._marks = [each for each in self._marks if savepoint not in each]


@contextmanager
def steps_within(cr):
    """Let commits on a cursor end with the test, as long as the block.

    Other cursors are left alone.

    :return: the `Steps`
    """
    steps = Steps(cr)
    commit, rollback = Transaction.commit, Transaction.rollback
    init, go_back, close = Savepoint.__init__, Savepoint.rollback, Savepoint._close

    def mark(transaction):
        steps.mark() if transaction.env.cr is cr else commit(transaction)

    def go_back_to_mark(transaction):
        steps.go_back() if transaction.env.cr is cr else rollback(transaction)

    def open_and_note(savepoint, *args):
        init(savepoint, *args)
        steps.opened(savepoint)

    def go_back_and_note(savepoint):
        go_back(savepoint)
        steps.left(savepoint, is_over=False)

    def close_and_note(savepoint, *args):
        close(savepoint, *args)
        steps.left(savepoint, is_over=True)

    with ExitStack() as stack:
        for target, changes in (
            (Transaction, {"commit": mark, "rollback": go_back_to_mark}),
            (
                Savepoint,
                {
                    "__init__": open_and_note,
                    "rollback": go_back_and_note,
                    "_close": close_and_note,
                },
            ),
        ):
            stack.enter_context(patch.multiple(target, **changes))
        yield steps
