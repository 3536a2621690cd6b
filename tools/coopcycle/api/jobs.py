"""Many requests about deliveries at once, a few at a time."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...http.pool import begin_all, run_all, while_reached
from .client import CoopcycleClient
from .deliveries import Delivery, cancel_delivery, check_feasible, make_delivery
from .errors import CONNECTION, PERMISSION, UNKNOWN, CoopcycleError

_logger = logging.getLogger(__name__)


class Job(Protocol):
    """One thing to ask for, with a number of its own."""

    @property
    def number(self) -> int:
        """What tells it apart."""

    def do(self, client: CoopcycleClient) -> Delivery | None:
        """Ask for it.

        :raise CoopcycleError: of any scope
        """


@dataclass(frozen=True)
class MakeJob:
    """A delivery to make, if it is feasible; see :func:`.deliveries.make_delivery`."""

    number: int
    reference: str
    body: dict[str, Any]

    def do(self, client: CoopcycleClient) -> Delivery:
        check_feasible(client, self.body)
        return make_delivery(client, self.body, self.reference)


@dataclass(frozen=True)
class CancelJob:
    """A delivery to take back, however often that is asked for."""

    number: int
    delivery_id: int

    def do(self, client: CoopcycleClient) -> None:
        cancel_delivery(client, self.delivery_id)


@dataclass(frozen=True)
class Outcome:
    """What came of a job: an error, or the delivery if it gives one."""

    delivery: Delivery | None = None
    error: CoopcycleError | None = None


def do_all(
    clients: Sequence[CoopcycleClient],
    jobs: Sequence[Job],
    is_over: Callable[[], bool],
    begin: Callable[[list[int]], Iterable[int]] = begin_all,
) -> dict[int, Outcome]:
    """Do each job once, with one thread for each client.

    :param is_over: says when nothing more is to be begun
    :param begin: see :func:`...http.pool.run_all`
    :return: {number of the job: outcome}, without those that were not begun at all
    """
    return run_all(clients, jobs, _do, while_reached(is_over, _stops_all), begin)


def _do(client: CoopcycleClient, job: Job) -> Outcome:
    try:
        return Outcome(job.do(client))
    except CoopcycleError as error:
        return Outcome(error=error)
    except Exception:  # nobody can say how far it got, and the others go on
        _logger.exception("Job %s", job.number)
        return Outcome(error=CoopcycleError("unexpected", UNKNOWN))


def _stops_all(outcome: Outcome) -> bool:
    error = outcome.error
    return error is not None and error.scope in (CONNECTION, PERMISSION)
