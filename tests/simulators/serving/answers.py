"""What a request is answered with."""

import json
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=UTF-8"


@dataclass
class Answer:
    """A complete HTTP answer; its text may be bytes that are none."""

    status: int = 200
    text: str | bytes = ""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class RawJson(str):
    """JSON text that needs no encoding any more."""


def json_text(value: object) -> str:
    """Return compact JSON, as PHP writes it."""
    if isinstance(value, RawJson):
        return value
    return json.dumps(value, separators=(",", ":"))


def json_answer(value: object, status: int = 200) -> Answer:
    """Return the value as an HTTP answer."""
    return Answer(status, json_text(value))


def read_object(raw: bytes) -> dict | None:
    """Return the JSON object of a request, None if it is none; of nothing, {}."""
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
