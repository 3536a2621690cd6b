"""Which way of writing a column of dates or amounts follows, judged by its cells.

A *convention* is a code such as ``","`` (decimal comma) or ``"dmy"`` (day first).
``read(text, convention)`` gives the value, or None where the convention cannot read
the text.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any

Read = Callable[[str, str], Hashable | None]


def prevailing(
    cells: Iterable[str], conventions: tuple[str, ...], read: Read
) -> str | None:
    """Return the convention that reads the most cells.

    Of several that read equally many the first one is as good as any, if they read
    every cell alike; if not, nobody can tell from the cells and the answer is None, as
    it is where there are no cells.
    """
    occurrences = Counter(cells)
    if not occurrences:
        return None
    readings = {
        convention: [read(cell, convention) for cell in occurrences]
        for convention in conventions
    }
    read_cells = {
        convention: sum(
            count
            for value, count in zip(values, occurrences.values(), strict=True)
            if value is not None
        )
        for convention, values in readings.items()
    }
    most = max(read_cells.values())
    best = [convention for convention in conventions if read_cells[convention] == most]
    alike = all(readings[convention] == readings[best[0]] for convention in best)
    return best[0] if alike else None


def possible_values(
    text: str, convention: str | None, conventions: tuple[str, ...], read: Read
) -> set[Any]:
    """Return what the text can mean: by its convention, or by any if that is None."""
    allowed = conventions if convention is None else (convention,)
    return {read(text, each) for each in allowed} - {None}
