"""Reading many deliveries at once, a few at a time."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...http.pool import run_all, while_reached
from .client import CoopcycleClient
from .endings import Reading, read_state
from .errors import CONNECTION, DOCUMENT, PERMISSION, CoopcycleError

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A delivery to read.

    :param number: tells the job apart
    :param delivery_id: of CoopCycle
    :param with_ending: False if what proves its end is known already
    """

    number: int
    delivery_id: int
    with_ending: bool = True


def read_all(
    clients: list[CoopcycleClient], jobs: Iterable[Job], is_over: Callable[[], bool]
) -> dict[int, Reading | CoopcycleError]:
    """Read each delivery once, with one thread for each client.

    :param clients: they are closed in the end
    :param is_over: says when nothing more is to be begun
    :return: {number of the job: what was read, or why not}, without those that nobody
        came to
    """
    return run_all(clients, jobs, _read, while_reached(is_over, stops_all))


def stops_all(outcome: Reading | CoopcycleError) -> bool:
    """Say whether an outcome is an error that others will have, too."""
    return isinstance(outcome, CoopcycleError) and (
        outcome.scope == CONNECTION
        # What is forbidden is of another store, as one that was read by its number
        or (outcome.scope == PERMISSION and outcome.code != "forbidden")
    )


def _read(client: CoopcycleClient, job: Job) -> Reading | CoopcycleError:
    try:
        return read_state(client, job.delivery_id, with_ending=job.with_ending)
    except CoopcycleError as error:
        return error
    except Exception:  # one that cannot be understood holds up no other
        _logger.exception("Delivery %s", job.delivery_id)
        path = f"deliveries/{job.delivery_id}"
        return CoopcycleError("improper_answer", DOCUMENT, method="GET", path=path)
