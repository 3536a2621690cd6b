"""The count of a test run, and how it is shown."""

import multiprocessing
import time
from contextlib import contextmanager
from dataclasses import dataclass

_turn = multiprocessing.get_context("fork").Lock()


def show(text: str):
    """Print a result in one piece, whatever the other processes of a run print."""
    with _turn:
        print(text, flush=True)


@dataclass
class Tally:
    """How many tests passed and failed; a failed check counts as a failed test."""

    passed: int = 0
    failed: int = 0

    def fail(self, text: str):
        """Count a failure that is no test's, and say what it is."""
        show(text)
        self.failed += 1

    @contextmanager
    def stage(self, name: str):
        """Show what a part of the run added, and how long it took."""
        before, start = (self.passed, self.failed), time.monotonic()
        yield
        passed, failed = self.passed - before[0], self.failed - before[1]
        outcome = f"{passed} passed, {failed} failed" if passed or failed else "ok"
        show(f"{name}: {outcome} ({time.monotonic() - start:.0f} s)")
