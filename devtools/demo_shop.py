"""The demonstration shop: a simulated Magento that remembers what was done to it.

Started as a process of its own, with the file that keeps the shop. It prints its
address and keys as one line of JSON when it is ready, and serves until it is stopped.
"""

import json
import pickle
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from simulators.magento import MagentoSimulator  # noqa: E402
from simulators.magento.book import SHELVES  # noqa: E402
from simulators.magento.process import FIXED_KEYS  # noqa: E402
from simulators.magento.seed import plant, set_up  # noqa: E402

SECONDS_BETWEEN_SAVES = 5


def main(file: str, port: str) -> None:
    """Serve the shop that a file keeps, or a new one."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    simulator = MagentoSimulator(port=int(port))
    simulator.bearer_allowed = True
    for name, key in FIXED_KEYS.items():
        setattr(simulator.sign_ins, name, key)
    _load(simulator, Path(file))
    with simulator:
        said = {name: getattr(simulator, name) for name in ("url", *FIXED_KEYS)}
        print(json.dumps(said), flush=True)  # noqa: T201
        while not stop.wait(SECONDS_BETWEEN_SAVES):
            _save(simulator, Path(file))
    _save(simulator, Path(file))


def _load(simulator: MagentoSimulator, file: Path) -> None:
    if not file.exists():
        plant(simulator)
        return
    kept = pickle.loads(file.read_bytes())
    set_up(simulator)
    for name in SHELVES:
        for document in kept[name]:
            getattr(simulator.book, name).add(document)
    for kind, number in kept["numbers"].items():
        simulator.book.reserve(kind, number)
    simulator.catalog.stock.update(kept["stock"])


def _save(simulator: MagentoSimulator, file: Path) -> None:
    book = simulator.book
    with book.lock:
        kept = {name: getattr(book, name).all() for name in SHELVES}
        kept["numbers"] = dict(book._numbers)
        kept["stock"] = simulator.catalog.stock
        content = pickle.dumps(kept)
    unfinished = file.with_suffix(".new")
    unfinished.write_bytes(content)
    unfinished.replace(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
