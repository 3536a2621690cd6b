"""How far a delivery is, and what proves its end: as its courier has it."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ...text.cleaning import clean_words
from .address import path_of
from .client import CoopcycleClient
from .deliveries import Delivery, read_delivery
from .errors import CONNECTION, CoopcycleError

NEW = "new"
ASSIGNED = "assigned"
STARTED = "started"
PICKED = "picked"
IN_TRANSIT = "in_transit"
COMPLETED = "completed"
FAILED = "failed"
CANCELLED = "cancelled"

_LONGEST_NOTES = 2000
# CoopCycle shows pictures as thumbnails of 128 pixels
LARGEST_PICTURE = 512 * 1024
MOST_PICTURES = 10
_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r"([+-][0-9]{2}:[0-9]{2}|Z)?"
)


@dataclass(frozen=True)
class Ending:
    """What the courier has left at the end, or where it failed.

    :param at: UTC, None if CoopCycle does not tell
    :param notes: of the courier
    :param pictures: (file name, content) of photos and signatures, as small as
        CoopCycle shows them to an application
    :param problem: why not all of it could be read, None if it could
    """

    at: datetime | None = None
    notes: str = ""
    pictures: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    problem: CoopcycleError | None = None


@dataclass(frozen=True)
class Reading:
    """A delivery, and how far it is.

    :param state: one of this module's constants
    :param ending: None for a delivery that goes on
    """

    delivery: Delivery
    state: str
    ending: Ending | None = None


def read_state(
    client: CoopcycleClient, delivery_id: int, *, with_ending: bool = True
) -> Reading:
    """Read how far a delivery is, and what proves its end if it has ended.

    :param with_ending: False if what proves it is not wanted
    :raise CoopcycleError: the delivery itself cannot be read
    """
    delivery = read_delivery(client, delivery_id)
    state = state_of(delivery)
    if state == NEW and _is_assigned(client, delivery):
        state = ASSIGNED
    if state not in (COMPLETED, FAILED) or not with_ending:
        return Reading(delivery, state)
    return Reading(delivery, state, _read_ending(client, delivery, state))


def state_of(delivery: Delivery) -> str:
    """Return how far a delivery is by the states of its pickup and its drop-off.

    Whether somebody has it that did not begin yet is not told with it.
    """
    pickup, dropoff = delivery.pickup_status, delivery.dropoff_status
    if dropoff == "DONE":
        return COMPLETED
    if "FAILED" in (pickup, dropoff):
        return FAILED
    if "CANCELLED" in (pickup, dropoff):
        return CANCELLED
    if dropoff == "DOING":
        return IN_TRANSIT
    return {"DONE": PICKED, "DOING": STARTED}.get(pickup, NEW)


def _is_assigned(client: CoopcycleClient, delivery: Delivery) -> bool:
    if not delivery.dropoff_id:
        return False
    try:
        task = client.get(path_of("tasks", delivery.dropoff_id))
    except CoopcycleError as error:
        if error.scope == CONNECTION:
            raise
        return False  # an application that may not read tasks follows deliveries, too
    return isinstance(task, dict) and task.get("isAssigned") is True


def _read_ending(client: CoopcycleClient, delivery: Delivery, state: str) -> Ending:
    """Read when it ended, and what the courier left.

    :raise CoopcycleError: nothing gets through
    """
    is_pickup = state == FAILED and delivery.dropoff_status != "FAILED"
    task_id = delivery.pickup_id if is_pickup else delivery.dropoff_id
    name = "task:done" if state == COMPLETED else "task:failed"
    if not task_id:
        return Ending()
    at, notes, pictures = None, "", ()
    try:
        at, notes = _read_event(client, task_id, name)
        pictures = _read_pictures(client, task_id)
    except CoopcycleError as error:
        # What is too large now will be so next time
        if error.scope == CONNECTION and error.code != "answer_too_large":
            raise
        return Ending(at, notes, pictures, error)
    return Ending(at, notes, pictures)


def _read_event(
    client: CoopcycleClient, task_id: int, name: str
) -> tuple[datetime | None, str]:
    found: tuple[datetime | None, str] = (None, "")
    for event in client.records(path_of("tasks", task_id, "events")):
        if event.get("name") == name:
            data = event.get("data")
            notes = data.get("notes") if isinstance(data, dict) else ""
            notes = clean_words(notes) if isinstance(notes, str) else ""
            found = parse_moment(event.get("createdAt")), notes[:_LONGEST_NOTES]
    return found


def _read_pictures(
    client: CoopcycleClient, task_id: int
) -> tuple[tuple[str, bytes], ...]:
    task = client.get(path_of("tasks", task_id))
    shown = task.get("images") if isinstance(task, dict) else None
    pictures = []
    for image in (shown if isinstance(shown, list) else [])[:MOST_PICTURES]:
        url = image.get("thumbnail") if isinstance(image, dict) else None
        # Those of another server are left where they are
        if isinstance(url, str) and client.is_own(url):
            content = client.download(url, LARGEST_PICTURE)
            if kind := kind_of(content):
                pictures.append((f"proof_{len(pictures) + 1}.{kind}", content))
    return tuple(pictures)


def kind_of(content: bytes) -> str:
    """Return the ending of a picture's name by its content, "" if it is none."""
    for beginning, kind in _KINDS.items():
        if content.startswith(beginning):
            return kind
    return ""


def parse_moment(value: Any) -> datetime | None:
    """Return the moment that an answer names, in UTC and whole seconds, else None."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    zone = (found[2] or "Z").replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(found[1] + zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None)
