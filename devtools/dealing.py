"""How long each file of Odoo tests takes, and which process runs it."""

import json
from collections.abc import Iterable
from pathlib import Path

from . import state
from .state import CHECKOUT

# Of a file that never ran here: the average
SECONDS_PER_KILOBYTE = 1.1


def expected(files: Iterable[Path]) -> dict[Path, float]:
    """Return about how long each file takes: as the last time, or by its size."""
    known = _remembered()
    return {file: known.get(_key(file)) or _guessed(file) for file in files}


def remember(seconds: dict[str, float]):
    """Keep how long files took, by their paths in the addon."""
    with state.lock("test_seconds", state.cache()):
        text = json.dumps(_remembered() | seconds, indent=1, sort_keys=True)
        unfinished = _file().with_suffix(".new")
        unfinished.write_text(text)
        unfinished.replace(_file())


def deal(seconds: dict[Path, float], hands: int) -> list[dict[Path, float]]:
    """Deal files out, the longest first, each to whoever has the least to do.

    :return: the files of each hand, none of them empty
    """
    dealt = [{} for _hand in range(hands)]
    for file in sorted(seconds, key=lambda file: (-seconds[file], file)):
        least = min(dealt, key=lambda hand: sum(hand.values()))
        least[file] = seconds[file]
    return [hand for hand in dealt if hand]


def _remembered() -> dict[str, float]:
    return json.loads(_file().read_text()) if _file().exists() else {}


def _file() -> Path:
    return state.cache() / "test_seconds.json"


def _key(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def _guessed(file: Path) -> float:
    return file.stat().st_size / 1000 * SECONDS_PER_KILOBYTE
