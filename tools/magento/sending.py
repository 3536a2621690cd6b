"""Sending many documents at once, a few at a time."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..http.pool import begin_all, run_all, while_reached
from .client import MagentoClient
from .errors import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoUnknownOutcome,
)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One document to send: its own number, where to, and what.

    Magento's proper `answer` is the "id" of what it made, the whole "entity", or just
    "true". Where the body is refused the `fallbacks` are sent, until one is taken.
    """

    number: int
    path: str
    body: dict[str, Any]
    answer: str = "id"
    fallbacks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a job: an error, or the id of what Magento made, if it has one."""

    magento_id: str = ""
    error: MagentoError | None = None


def send_all(
    clients: list[MagentoClient],
    jobs: list[Job],
    is_over: Callable[[], bool],
    begin: Callable[[list[int]], Iterable[int]] = begin_all,
) -> dict[int, Outcome]:
    """Send each job once, with one thread for each client.

    :param clients: they are closed in the end
    :param is_over: says when nothing more is to be begun
    :param begin: is told which jobs are sent at once, in the thread of who calls, and
        says which of them are still to be sent
    :return: {number of the job: outcome}, without those that were not sent at all
    """
    return run_all(clients, jobs, _send, while_reached(is_over, _stops_all), begin)


def _send(client: MagentoClient, job: Job) -> Outcome:
    try:
        return _post_first_taken(client, job)
    except MagentoError as error:
        return Outcome(error=error)
    except Exception:  # nobody can say how far it got, and the others go on
        _logger.exception("POST %s", job.path)
        error = MagentoUnknownOutcome("unexpected", method="POST", path=job.path)
        return Outcome(error=error)


def _post_first_taken(client: MagentoClient, job: Job) -> Outcome:
    *others, last = (job.body, *job.fallbacks)
    for body in others:
        try:
            return _post(client, job, body)
        except MagentoDocumentError as error:
            _logger.info("POST %s is tried in another way: %s", job.path, error)
    return _post(client, job, last)


def _post(client: MagentoClient, job: Job, body: dict[str, Any]) -> Outcome:
    if job.answer == "id":
        return Outcome(magento_id=client.post_for_id(job.path, body))
    answer = client.post(job.path, body)
    if job.answer == "entity" and isinstance(answer, dict) and answer.get("entity_id"):
        return Outcome(magento_id=str(answer["entity_id"]))
    if job.answer == "true" and answer is True:
        return Outcome()
    if job.answer == "true" and answer is False:
        # What Magento answers to an order that cannot be cancelled
        raise MagentoDocumentError("declined", method="POST", path=job.path, status=200)
    raise MagentoUnknownOutcome("improper_answer", method="POST", path=job.path)


def _stops_all(outcome: Outcome) -> bool:
    return isinstance(outcome.error, MagentoConnectionError | MagentoPermissionError)
