"""Magento's own words about an error, with their parameters filled in."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from ..http.errors import LONGEST_MESSAGE

# No proper answer has more sentences, or more parameters in one of them
MOST_PARTS = 50


def words(body: Any) -> str:
    """Return what an error answer says, "" if it says nothing.

    :param body: the decoded answer, of any shape
    """
    return "\n".join(dict.fromkeys(filter(None, _sentences(body))))


def missing_right(body: Any) -> str:
    """Return the ACL resource that a 401 names, "" if it names none."""
    parameters = body.get("parameters") if isinstance(body, Mapping) else None
    if not isinstance(parameters, Mapping):
        return ""
    return _text(parameters.get("resources"))


def fill_in(message: str, parameters: Any) -> str:
    """Return the message with its ``%1`` or ``%fieldName`` replaced.

    :param parameters: a list, or an object by name; of any other shape, and where a
        name has no value, the message stays as it is
    """
    named = islice(_named(parameters), MOST_PARTS)
    values = {f"%{name}": _text(value) for name, value in named}
    if not values:
        return message
    # The longest first, or else %1 would take its part of %10.
    names = sorted(values, key=len, reverse=True)
    pattern = "|".join(map(re.escape, names))
    return re.sub(pattern, lambda match: values[match[0]], message)


def _sentences(body: Any) -> Iterator[str]:
    """Yield the message itself, those below it, and those of a PHP fatal error."""
    if not isinstance(body, Mapping):
        return
    fatal = body.get("messages")
    below = [body.get("errors"), isinstance(fatal, Mapping) and fatal.get("error")]
    yield _sentence(body)
    for errors in below:
        if isinstance(errors, list):
            yield from map(_sentence, errors[:MOST_PARTS])


def _sentence(error: Any) -> str:
    message = error.get("message") if isinstance(error, Mapping) else None
    if not isinstance(message, str):
        return ""
    message = message[:LONGEST_MESSAGE]
    return fill_in(message, error.get("parameters"))[:LONGEST_MESSAGE].strip()


def _named(parameters: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(parameters, Mapping):
        yield from parameters.items()
    elif isinstance(parameters, list):
        yield from enumerate(parameters, start=1)


def _text(value: Any) -> str:
    """Return a single value, or a list of them, as text; "" for anything else."""
    if isinstance(value, list):
        parts = (each for each in value[:MOST_PARTS] if not isinstance(each, list))
        text = ", ".join(map(_text, parts))
    else:
        text = str(value) if isinstance(value, str | int | Decimal) else ""
    return text[:LONGEST_MESSAGE]
