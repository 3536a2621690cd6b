"""Many questions at once, a few at a time."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..http.pool import run_all
from .client import Answer, LlmClient
from .errors import LlmError

_logger = logging.getLogger(__name__)

# So many questions without an answer, one after the other, stop the rest
FAILURES_TO_STOP = 3


@dataclass(frozen=True)
class Question:
    """One question: its own number, and the body of the request."""

    number: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a question: an answer or an error, and how long that took."""

    answer: Answer | None
    error: LlmError | None
    milliseconds: int


def ask_all(
    clients: list[LlmClient],
    questions: Iterable[Question],
    is_over: Callable[[], bool],
) -> dict[int, Outcome]:
    """Ask each question once, with one thread for each client.

    :param clients: they are closed in the end
    :param is_over: says when nothing more is to be asked
    :return: {number of the question: outcome}, without those that were not asked
    """
    return run_all(
        clients,
        questions,
        _ask,
        lambda outcomes: not is_over() and not is_out_of_reach(outcomes),
    )


def is_out_of_reach(outcomes: dict[int, Outcome]) -> bool:
    """Say whether the last questions, one after the other, had no answer."""
    last = list(outcomes.values())[-FAILURES_TO_STOP:]
    return len(last) == FAILURES_TO_STOP and all(each.error for each in last)


def _ask(client: LlmClient, question: Question) -> Outcome:
    start, answer, failure = time.monotonic(), None, None
    try:
        answer = client.ask(question.body)
    except LlmError as error:
        failure = error
    except Exception:  # the others go on
        _logger.exception("A question was not asked")
        failure = LlmError("unexpected")
    return Outcome(answer, failure, round(1000 * (time.monotonic() - start)))
