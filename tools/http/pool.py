"""Many requests at once, a few at a time."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol

# So many jobs that met nobody stop the rest
FAILURES_TO_STOP = 3


class Numbered(Protocol):
    """Something to send that has a number of its own."""

    @property
    def number(self) -> int:
        """What tells it apart."""


def begin_all(numbers: list[int]) -> Iterable[int]:
    """Return which of these jobs are still to be sent: all of them."""
    return numbers


def while_reached(
    is_over: Callable[[], bool], stops_all: Callable[[Any], bool]
) -> Callable[[dict[int, Any]], bool]:
    """Return a `may_begin` for :func:`run_all`: as long as somebody is there.

    :param is_over: says when nothing more is to be begun in any case
    :param stops_all: says of an outcome whether it is an error that others will have
    """

    def may_begin(outcomes: dict[int, Any]) -> bool:
        failures = sum(map(stops_all, list(outcomes.values())))
        return not is_over() and failures < FAILURES_TO_STOP

    return may_begin


def run_all(
    clients: Sequence[AbstractContextManager],
    jobs: Iterable[Numbered],
    send: Callable[[Any, Any], Any],
    may_begin: Callable[[dict[int, Any]], bool],
    begin: Callable[[list[int]], Iterable[int]] = begin_all,
) -> dict[int, Any]:
    """Send each job once, with one thread for each client.

    :param clients: they are closed in the end
    :param send: sends a job by a client, and returns its outcome; it raises nothing
    :param may_begin: says of the outcomes so far whether more is to be begun
    :param begin: is told which jobs are sent at once, in the thread of who calls, and
        says which of them are still to be sent
    :return: {number of the job: outcome}, without those that were not sent at all
    """
    waiting, free = deque(jobs), list(clients)
    outcomes: dict[int, Any] = {}
    running: dict[Any, tuple[Any, Numbered]] = {}
    with ExitStack() as stack, ThreadPoolExecutor(max(1, len(clients))) as pool:
        for client in clients:
            stack.enter_context(client)
        while True:
            while waiting and free and may_begin(outcomes):
                count = min(len(free), len(waiting))
                next_jobs = [waiting.popleft() for _number in range(count)]
                wanted = set(begin([job.number for job in next_jobs]))
                for job in next_jobs:
                    if job.number in wanted:
                        client = free.pop()
                        running[pool.submit(send, client, job)] = client, job
            if not running:
                return outcomes
            for sent in wait(running, return_when=FIRST_COMPLETED).done:
                client, job = running.pop(sent)
                outcomes[job.number] = sent.result()
                free.append(client)
