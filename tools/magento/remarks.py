"""What only goes along with a record, which is read without it where it is odd."""

from datetime import datetime

from .amounts import as_list
from .dates import parse_datetime


def read_remarks(raw: dict, name: str) -> list[dict]:
    """Return the comments or tracks of a record, without those that are none."""
    entries = as_list(raw.get(name)) or ()
    return [entry for entry in entries if isinstance(entry, dict)]


def read_moment(raw: dict, name: str) -> datetime | None:
    """Return when something was made, None where that cannot be read."""
    try:
        return parse_datetime(raw[name])
    except (KeyError, TypeError, ValueError):
        return None
