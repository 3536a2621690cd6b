"""Faults on demand: what a server, its proxy or the network may do to a request."""

import random
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .answers import HTML, JSON, Answer
from .pages import MAINTENANCE_PAGE, PORTAL_PAGE


@dataclass
class Fault:
    """One kind of fault, and which requests it befalls.

    :param path: pattern that is searched in path and query
    :param times: how often; None is without end
    :param seconds: how long to wait, where the kind waits
    :param options: of the kind, such as ``retry_after``, ``value``, ``location``
    """

    kind: str
    method: str | None = None
    path: str = ""
    times: int | None = None
    probability: float = 1
    seconds: float | None = None
    options: dict = field(default_factory=dict)
    draw: Callable[[], float] = random.Random(0).random

    def befalls(self, method: str, target: str) -> bool:
        """Say whether this request has the fault, and count it."""
        if self.times == 0 or self.method not in (None, method):
            return False
        if not re.search(self.path, target):
            return False
        if self.probability < 1 and self.draw() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Befallen(NamedTuple):
    """A request that had a fault."""

    kind: str
    method: str
    target: str


class Faults:
    """The faults of one simulator; ``log`` tells which requests had one.

    :param kinds: those that only this simulator has
    """

    def __init__(self, kinds: dict[str, Callable[["Exchange", Fault], None]]):
        self.kinds = KINDS | kinds
        self.log: list[Befallen] = []
        self._faults: list[Fault] = []
        self._unfinished: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    def add(
        self,
        kind: str,
        method: str | None = None,
        path: str = "",
        times: int | None = None,
        probability: float = 1,
        seconds: float | None = None,
        **options,
    ) -> Fault:
        """Let requests have a fault of one of the kinds."""
        if kind not in self.kinds:
            raise ValueError(f"{kind!r} is none of {', '.join(sorted(self.kinds))}")
        fault = Fault(kind, method, path, times, probability, seconds, options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def random(
        self, rate: float, kinds: Iterable[str], seed: int = 0, **selection
    ) -> None:
        """Let this part of all requests have one of these faults, chosen by chance.

        :param selection: ``method``, ``path``, ``seconds`` as for :meth:`add`
        """
        draw = random.Random(seed).random
        kinds = list(kinds)
        for number, kind in enumerate(kinds):
            # What is left for this kind after those before it had their chance.
            share = rate / len(kinds)
            probability = share / (1 - share * number)
            self.add(kind, probability=probability, **selection).draw = draw

    def clear(self) -> None:
        """Have no more faults."""
        with self._lock:
            self._faults.clear()

    def pick(self, method: str, target: str) -> Fault | None:
        """Return the fault that this request has, if any."""
        with self._lock:
            for fault in self._faults:
                if fault.befalls(method, target):
                    self.log.append(Befallen(fault.kind, method, target))
                    return fault
        return None

    def leave_unfinished(self, work: Callable[[], object]) -> None:
        """Keep work that a request asked for until :meth:`finish`."""
        with self._lock:
            self._unfinished.append(work)

    def finish(self) -> int:
        """Do the work that ``finish_later`` left undone, and return how much it was."""
        with self._lock:
            left, self._unfinished = self._unfinished, []
        for work in left:
            work()
        return len(left)


class Exchange:
    """One request under a fault, as the server offers it to a kind of fault."""

    def work(self, **options) -> Answer:
        """Do what the request asks for; the options are the simulator's."""
        raise NotImplementedError

    def error(self, status: int, words: str = "") -> Answer:
        """Return an error in the server's own form, and words if it is given none."""
        raise NotImplementedError

    def send(self, answer: Answer, share: float = 1) -> None:
        """Answer; less than the whole share is an answer that breaks off."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        raise NotImplementedError

    def wait(self, seconds: float | None) -> None:
        """Wait; without a time, until the client gives up."""
        raise NotImplementedError

    def later(self, seconds: float | None) -> None:
        """Do the work after that time; without one, when the faults are finished."""
        raise NotImplementedError


def _slow(exchange: Exchange, fault: Fault) -> None:
    exchange.wait(fault.seconds or 1)
    exchange.send(exchange.work())


def _hang_up(exchange: Exchange, fault: Fault) -> None:
    exchange.hang_up()


def _hang_up_after(exchange: Exchange, fault: Fault) -> None:
    exchange.work()
    exchange.hang_up()


def _finish_later(exchange: Exchange, fault: Fault) -> None:
    exchange.later(fault.seconds)
    exchange.hang_up()


def _read_timeout(exchange: Exchange, fault: Fault) -> None:
    exchange.wait(fault.seconds)
    exchange.hang_up()


def _read_timeout_after(exchange: Exchange, fault: Fault) -> None:
    exchange.work()
    exchange.wait(fault.seconds)
    exchange.hang_up()


def _unauthorized(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.error(401))


def _not_there(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.error(404))


def _too_many_requests(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.error(429, "Too Many Requests")
    answer.headers["Retry-After"] = str(fault.options.get("retry_after", 30))
    exchange.send(answer)


def _refused(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.error(400, fault.options.get("message", "No.")))


def _internal_error(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.error(500))


def _internal_error_after(exchange: Exchange, fault: Fault) -> None:
    exchange.work()
    exchange.send(exchange.error(500))


def _maintenance(exchange: Exchange, fault: Fault) -> None:
    exchange.send(Answer(503, MAINTENANCE_PAGE, HTML))


def _html_page(exchange: Exchange, fault: Fault) -> None:
    exchange.send(Answer(200, PORTAL_PAGE, HTML))


def _garbage(exchange: Exchange, fault: Fault) -> None:
    exchange.work()
    exchange.send(Answer(200, '{"items":[{"entity_id":', JSON))


def _half_answer(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.work(), share=0.5)


def _wrong_type(exchange: Exchange, fault: Fault) -> None:
    exchange.work()
    exchange.send(Answer(200, fault.options.get("value", "true"), JSON))


def _redirect(exchange: Exchange, fault: Fault) -> None:
    location = fault.options.get("location", "https://shop.example/")
    exchange.send(Answer(302, "", HTML, {"Location": location}))


KINDS: dict[str, Callable[[Exchange, Fault], None]] = {
    "slow": _slow,
    "hang_up": _hang_up,
    "hang_up_after": _hang_up_after,
    "finish_later": _finish_later,
    "read_timeout": _read_timeout,
    "read_timeout_after": _read_timeout_after,
    "unauthorized": _unauthorized,
    "not_there": _not_there,
    "too_many_requests": _too_many_requests,
    "refused": _refused,
    "internal_error": _internal_error,
    "internal_error_after": _internal_error_after,
    "maintenance": _maintenance,
    "html_page": _html_page,
    "garbage": _garbage,
    "half_answer": _half_answer,
    "wrong_type": _wrong_type,
    "redirect": _redirect,
}
