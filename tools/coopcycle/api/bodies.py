"""What CoopCycle is asked of a delivery, from plain values.

``features/deliveries.feature``: pickup and drop-off may have the same time slot, as
``begin/end`` of ISO 8601; the weight is in grams; packages are told by the names that
the store gives its kinds, and of others CoopCycle takes no notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytz

from ...text.cleaning import clean_text

QUARTER = timedelta(minutes=15)
LONGEST_LINE = 255
LONGEST_COMMENTS = 2000


@dataclass(frozen=True)
class Place:
    """Where something is picked up or brought, and who is there."""

    street: str
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    company: str = ""
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Slot:
    """Between when it is picked up and brought; naive, UTC."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Hours:
    """When couriers work, and how long they need.

    :param opens, closes: hours of the day, where they are; equal: they never close
    :param notice: after how much time they may come at the earliest
    :param length: of a slot
    :param zone: name of the time zone where they are; one that nobody knows is UTC
    """

    opens: float
    closes: float
    notice: timedelta
    length: timedelta
    zone: str


def next_slot(now: datetime, wanted: datetime | None, hours: Hours) -> Slot:
    """Return the first slot from now on, or from when it is wanted.

    :param now, wanted: naive, UTC
    """
    known = hours.zone if hours.zone in pytz.all_timezones_set else "UTC"
    zone = pytz.timezone(known)
    begin = max(filter(None, [now + hours.notice, wanted]))
    local = pytz.utc.localize(_round_up(begin)).astimezone(zone)
    if hours.opens < hours.closes:
        local = _within(local, zone, hours)
    begin = local.astimezone(pytz.utc).replace(tzinfo=None)
    return Slot(begin, begin + hours.length)


def delivery_body(
    pickup: Place | None,
    dropoff: Place,
    slot: Slot,
    *,
    grams: int = 0,
    packages: Mapping[str, int] | None = None,
    comments: str = "",
    pickup_comments: str = "",
) -> dict[str, Any]:
    """Return the body of a delivery.

    :param pickup: None: at the store's own address
    :param packages: how many there are of each kind
    """
    brought = _task(dropoff, slot, comments)
    if grams > 0:
        brought["weight"] = grams
    if packages:
        brought["packages"] = [
            {"type": _line(kind), "quantity": quantity}
            for kind, quantity in packages.items()
        ]
    return {"pickup": _task(pickup, slot, pickup_comments), "dropoff": brought}


def street_address(place: Place) -> str:
    """Return an address in one line, as it is looked up on a map."""
    town = f"{_line(place.zip)} {_line(place.city)}".strip()
    parts = (_line(place.street), town, _line(place.country))
    return ", ".join(filter(None, parts))[:LONGEST_LINE]


def _task(place: Place | None, slot: Slot, comments: str) -> dict[str, Any]:
    times = [f"{each.replace(microsecond=0).isoformat()}Z" for each in _ends(slot)]
    task: dict[str, Any] = {"timeSlot": "/".join(times)}
    if place:
        told = {
            "streetAddress": street_address(place),
            "description": _line(place.street2),
            "name": _line(place.company),
            "contactName": _line(place.contact),
            "telephone": _line(place.telephone),
        }
        task["address"] = {name: value for name, value in told.items() if value}
    if said := clean_text(comments).strip()[:LONGEST_COMMENTS]:
        task["comments"] = said
    return task


def _ends(slot: Slot) -> tuple[datetime, datetime]:
    return slot.begin, slot.end


def _line(text: str) -> str:
    return " ".join(clean_text(text or "").split())[:LONGEST_LINE]


def _round_up(moment: datetime) -> datetime:
    """Return the next quarter of an hour."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment + (midnight - moment) % QUARTER


def _within(local: datetime, zone: Any, hours: Hours) -> datetime:
    """Return the first moment from which a whole slot lies within the hours."""
    for days in range(2):
        day = local.date() + timedelta(days=days)
        opens, closes = (
            zone.localize(datetime.combine(day, time()) + timedelta(hours=each))
            for each in (hours.opens, hours.closes)
        )
        first = max(opens, local)
        if first + hours.length <= closes or first == opens:
            return first
    return local
