"""The demonstration shop: a simulated Magento that remembers what was done to it.

Started as a process of its own, with the file that keeps the shop. It prints its
address and keys as one line of JSON when it is ready, and serves until it is stopped.
"""

import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from simulators.magento import MagentoSimulator  # noqa: E402
from simulators.magento.book import SHELVES  # noqa: E402
from simulators.magento.process import introduce, use_fixed_keys  # noqa: E402
from simulators.magento.seed import plant, set_up  # noqa: E402
from simulators.serving.process import serve  # noqa: E402


def main(file: str, port: str) -> None:
    """Serve the shop that a file keeps, or a new one."""
    simulator = MagentoSimulator(port=int(port))
    simulator.bearer_allowed = True
    use_fixed_keys(simulator)
    _load(simulator, Path(file))
    serve(
        simulator,
        introduce=lambda: introduce(simulator),
        save=lambda: _save(simulator, Path(file)),
    )


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
