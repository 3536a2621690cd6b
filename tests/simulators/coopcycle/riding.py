"""Couriers who ride: an instance to show, in which deliveries get on by themselves."""

import struct
import zlib

from .book import Delivery
from .simulator import CoopcycleSimulator

STEPS = (
    ("pickup", "start"),
    ("pickup", "done"),
    ("dropoff", "start"),
    ("dropoff", "done"),
)
# One delivery in so many finds nobody at home
FAILURES = 5


def ride(instance: CoopcycleSimulator) -> None:
    """Let each delivery get on by one step."""
    for delivery in list(instance.deliveries):
        step = next_step(delivery)
        if step == ("dropoff", "done") and not delivery.id % FAILURES:
            instance.go_on(delivery, "failed", notes="Personne n'a ouvert")
        elif step == ("dropoff", "done"):
            instance.go_on(delivery, "done", notes="Remis", pictures=(photo(),))
        elif step:
            kind, doing = step
            instance.go_on(delivery, doing, kind=kind)


def next_step(delivery: Delivery) -> tuple[str, str] | None:
    """Return what its courier does next: (kind of task, what), None at the end."""
    tasks = {"pickup": delivery.pickup, "dropoff": delivery.dropoff}
    if {"FAILED", "CANCELLED"} & {task.status for task in tasks.values()}:
        return None
    for kind, task in tasks.items():
        if not task.is_assigned:
            return kind, "assign"
    done = {"TODO": 0, "DOING": 1, "DONE": 2}
    count = sum(done[task.status] for task in tasks.values())
    return STEPS[count] if count < len(STEPS) else None


def photo(size: int = 64) -> bytes:
    """Return the picture of a parcel at a door, as PNG."""
    rows = []
    for line in range(size):
        row = bytearray(b"\x00")
        for column in range(size):
            is_parcel = size // 4 < column < 3 * size // 4 and line > size // 2
            row += b"\xc8\x96\x5a" if is_parcel else b"\x46\x5a\x6e"
        rows.append(bytes(row))
    header = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
