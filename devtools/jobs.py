"""The parts of a run, each in a process of its own, as many at a time as asked for.

A process, not a thread: what it names after its pid is its own, a signal ends it in
good order, and it may start others.
"""

import multiprocessing
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from . import process
from .state import DevError
from .tally import Tally, show

# The parent's modules and open session are the child's too.
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Part:
    """A part of a run."""

    name: str
    seconds: float  # about how long it takes
    run: Callable[[Tally], None]
    after: tuple[str, ...] = ()  # the parts without whose success it makes no sense


def run(parts: list[Part], at_once: int, tally: Tally):
    """Run all parts, what takes longest first, and add up what they count."""
    waiting = by_urgency(parts)
    at_work: dict[Connection, tuple[Part, multiprocessing.Process]] = {}
    ended: dict[str, bool] = {}  # the parts that have ended, and whether they passed
    try:
        while waiting or at_work:
            for part in startable(waiting, ended)[: at_once - len(at_work)]:
                waiting.remove(part)
                with process.signals_held():
                    result, worker = _start(part)
                    at_work[result] = part, worker
            for result in wait(list(at_work)):
                part, worker = at_work[result]
                ended[part.name] = _take(result, part, tally)
                worker.join()
                del at_work[result]
            _leave_out(waiting, ended)
    finally:
        for _part, worker in at_work.values():
            worker.terminate()
        for _part, worker in at_work.values():
            worker.join()


def by_urgency(parts: list[Part]) -> list[Part]:
    """Sort parts: those first that take longest, with what has to wait for them."""

    def urgency(part: Part) -> float:
        others = (urgency(other) for other in parts if part.name in other.after)
        return part.seconds + max(others, default=0)

    return sorted(parts, key=urgency, reverse=True)


def startable(waiting: list[Part], ended: dict[str, bool]) -> list[Part]:
    """Return the parts that need not wait for another."""
    return [part for part in waiting if all(map(ended.get, part.after))]


def _leave_out(waiting: list[Part], ended: dict[str, bool]):
    """Drop the parts that make no sense any more; what needs one comes after it."""
    for part in list(waiting):
        if failed := [name for name in part.after if ended.get(name) is False]:
            waiting.remove(part)
            ended[part.name] = False
            show(f"NOT RUN: {part.name}, for “{failed[0]}” failed.")


def _start(part: Part) -> tuple[Connection, multiprocessing.Process]:
    result, sender = FORK.Pipe(duplex=False)
    worker = FORK.Process(target=_work, args=[part, sender], name=part.name)
    worker.start()
    sender.close()  # so that the pipe's end is the end of the worker
    return result, worker


def _work(part: Part, sender: Connection):
    """Do a part, in the process that was made for it."""
    process.die_with_parent()
    tally = Tally()
    try:
        process.release_signals()
        with tally.stage(part.name):
            _attempt(part, tally)
    except KeyboardInterrupt:
        return  # whoever interrupts does not want to read of it
    sender.send((tally.passed, tally.failed))


def _attempt(part: Part, tally: Tally):
    try:
        part.run(tally)
    except DevError as error:
        tally.fail(f"\n{error}")
    except Exception:
        tally.fail(traceback.format_exc())


def _take(result: Connection, part: Part, tally: Tally) -> bool:
    """Add the counts of a part that has ended; tell whether it passed."""
    try:
        passed, failed = result.recv()
    except EOFError:
        tally.fail(f"{part.name}: its process ended before its time.")
        return False
    tally.passed += passed
    tally.failed += failed
    return not failed
