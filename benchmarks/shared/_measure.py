"""Seconds, queries and memory, as all benchmarks measure them."""

import statistics
import time
from contextlib import contextmanager
from pathlib import Path


def median(measure, runs=3):
    """Return the median of some runs after a warm-up; a single run has none."""
    if runs > 1:
        measure()  # warm-up
    return statistics.median(measure() for _run in range(runs))


@contextmanager
def clock(env, queries):
    """Measure seconds, with everything written to the database, and count queries."""
    seconds = [0.0]
    before = env.cr.sql_log_count
    start = time.perf_counter()
    yield seconds
    env.flush_all()
    seconds[0] = time.perf_counter() - start
    queries.append(env.cr.sql_log_count - before)


@contextmanager
def peak_memory():
    """Measure the most memory that this process held, in MiB; None where not told."""
    peak = [None]
    try:
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    except OSError:
        yield peak
        return
    yield peak
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    peak[0] = int(line.split()[1]) // 1024
