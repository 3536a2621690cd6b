"""The count of a test run."""

import time
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Tally:
    """How many tests passed and failed; a failed check counts as a failed test."""

    passed: int = 0
    failed: int = 0

    def fail(self, text: str):
        """Count a failure that is no test's, and say what it is."""
        print(text)
        self.failed += 1

    @contextmanager
    def stage(self, name: str):
        """Show what a part of the run added, and how long it took."""
        before, start = (self.passed, self.failed), time.monotonic()
        yield
        passed, failed = self.passed - before[0], self.failed - before[1]
        outcome = f"{passed} passed, {failed} failed" if passed or failed else "ok"
        print(f"{name}: {outcome} ({time.monotonic() - start:.0f} s)")
