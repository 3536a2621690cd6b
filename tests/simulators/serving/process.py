"""A simulator as a process of its own."""

import signal
import sys
import threading
from collections.abc import Callable

from .simulator import Simulator

SECONDS_BETWEEN_SAVES = 5


def serve(
    simulator: Simulator,
    introduce: Callable[[], str],
    save: Callable[[], None] = lambda: None,
) -> None:
    """Serve until the process is stopped.

    :param introduce: returns the line that is printed when it is ready
    :param save: keeps what is to be remembered; called now and then, and in the end
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with simulator:
        sys.stdout.write(introduce() + "\n")
        sys.stdout.flush()
        while not stop.wait(SECONDS_BETWEEN_SAVES):
            save()
    save()
