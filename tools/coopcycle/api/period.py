"""The days that are invoiced together."""

import uuid
from dataclasses import dataclass
from datetime import date

# Orders on their way, and those that were delivered
OPEN = ("new", "accepted")
DELIVERED = ("fulfilled",)
# What CoopCycle's own page of invoicing asks for
STATES = (*OPEN, *DELIVERED)
# Orders that nobody pays for any more
CANCELLED = ("cancelled", "refused")


@dataclass(frozen=True)
class Period:
    """Days, both included.

    CoopCycle asks which orders overlap it: one whose slot crosses midnight is in the
    month before and in the month after.
    """

    first: date
    last: date

    def query(self, states: tuple[str, ...] = STATES) -> list[tuple[str, str]]:
        """Return the filters of CoopCycle's lists, which want both days."""
        return [
            ("date[after]", self.first.isoformat()),
            ("date[before]", self.last.isoformat()),
            *(("state[]", state) for state in states),
        ]

    def request_id(self, key: str, batch: int) -> str:
        """Return the id by which an export of these days is known on both sides.

        :param key: a UUID, the same for all requests of one connection
        :param batch: counts what is asked for the same days again
        """
        return str(uuid.uuid5(uuid.UUID(key), f"{self.first}/{self.last}/{batch}"))
