"""Start programs so that none outlives ``./dev``."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_STOP = 20
# Loaded before a child needs it: between fork and exec that would be no good time
_LIBC = ctypes.CDLL(None)


@contextmanager
def running(command, **options):
    """Run a program, in its own process group, for the length of the block."""
    process = subprocess.Popen(
        command, start_new_session=True, preexec_fn=_end_as_usual, **options
    )
    try:
        yield process
    finally:
        _stop(process)


def output(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a program to its end; return its exit code, and all that it printed."""
    with running(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        text, _ = process.communicate()
        return process.returncode, text


def die_with_parent():
    """Ask Linux to stop this process even when its parent is killed outright."""
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def interrupt_on_signals():
    """Turn the signals that end a command into one orderly ``KeyboardInterrupt``."""
    for number in ENDING_SIGNALS:
        signal.signal(number, _interrupt)


@contextmanager
def signals_held():
    """Let a signal that ends a command wait until the block is done.

    While Python forks, it would drop the exception that the signal raises. The child
    has to ``release_signals``.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        yield
    finally:
        release_signals()


def release_signals():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)


def _interrupt(*_):
    # The way out must not be interrupted by a second, impatient, Ctrl-C.
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_as_usual():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()


def _stop(process):
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
    # Whatever it left behind, a browser say, is in its group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
