"""The demonstration's CoopCycle: a simulated instance that remembers what it did.

Started as a process of its own, with the file that keeps what it exported; what it
delivers is in another one beside that. It prints its address
when it is ready, and serves until it is stopped.
"""

import itertools
import json
import pickle
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from simulators.coopcycle import CoopcycleSimulator  # noqa: E402
from simulators.coopcycle.riding import ride  # noqa: E402
from simulators.coopcycle.seed import plant  # noqa: E402

SECONDS_BETWEEN_SAVES = 5
SAVES_BETWEEN_STEPS = 6


def main(name: str, port: str) -> None:
    """Serve the instance whose exports a file keeps."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    instance, file = CoopcycleSimulator(port=int(port)), Path(name)
    plant(instance, instance.now().date())
    kept = json.loads(file.read_text()) if file.exists() else {}
    for order in instance.orders:
        order.exports += [
            (datetime.fromisoformat(moment), request_id)
            for moment, request_id in kept.get(order.number, ())
        ]
    instance.add_application(instance.stores[0])
    _remember(instance, _delivered(file))
    with instance:
        print(instance.url, flush=True)  # noqa: T201
        for number in itertools.count(1):
            if stop.wait(SECONDS_BETWEEN_SAVES):
                break
            if not number % SAVES_BETWEEN_STEPS:
                ride(instance)
            _save(instance, kept, file)
    _save(instance, kept, file)


def _remember(instance: CoopcycleSimulator, file: Path) -> None:
    """Let the instance have the deliveries that it had before it was stopped."""
    if not file.exists():
        return
    # No other process than this one writes it
    known = pickle.loads(file.read_bytes())  # noqa: S301
    instance.deliveries, instance.pictures, instance.webhooks, last = known
    while instance.number() < last:
        pass  # no number is given again
    for delivery in instance.deliveries:
        delivery.store = instance.stores[0]
        if delivery.order.state == "fulfilled":
            instance.orders.append(delivery.order)


def _save(instance: CoopcycleSimulator, kept: dict, file: Path) -> None:
    for order in instance.orders:
        exports = [[moment.isoformat(), name] for moment, name in order.exports]
        kept[order.number] = exports
    _replace(file, json.dumps(kept).encode())
    last = instance.number()
    known = (instance.deliveries, instance.pictures, instance.webhooks, last)
    _replace(_delivered(file), pickle.dumps(known))


def _delivered(file: Path) -> Path:
    return file.with_suffix(".pickle")


def _replace(file: Path, content: bytes) -> None:
    unfinished = file.with_suffix(".new")
    unfinished.write_bytes(content)
    unfinished.replace(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
