"""Start programs so that none outlives ``./dev``."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 20


@contextmanager
def running(command, **options):
    """Run a program, in its own process group, for the length of the block."""
    process = subprocess.Popen(
        command, start_new_session=True, preexec_fn=_die_with_parent, **options
    )
    try:
        yield process
    finally:
        _stop(process)


def interrupt_on_signals():
    """Turn the signals that end a command into one orderly ``KeyboardInterrupt``."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(*_):
    # The way out must not be interrupted by a second, impatient, Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _die_with_parent():
    """Ask Linux to stop this child even when ``./dev`` is killed outright."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(process):
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
    # Whatever it left behind, a browser say, is in its group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
