"""Text to a table: one header and numbered records of cells."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .encoding import DAMAGED

SEPARATORS = (",", ";", "\t", "|")

# A header's texts → role: index of the column
Recognise = Callable[[Sequence[str]], Mapping[str, int]]

# More lines than this in one row are not a label with line breaks but a quotation mark
# that nobody closed.
_MAX_LINES_PER_ROW = 50
# Excel's own way to say the separator, in a line above the header.
_DECLARATION = re.compile(
    r"\s*\"?sep=(?P<separator>.)\"?[^\n\r]*[\n\r]+", re.IGNORECASE
)
# What a reader takes for a space: non-breaking ones, which group thousands, and the
# line breaks that word processors put into a cell.
_SPACES = re.compile("[\xa0\u202f\v\f]")
_TEXT_FORMULA = re.compile(r'="(?P<text>.*)"', re.DOTALL)


class Record(NamedTuple):
    """One row that is not blank.

    :param number: the row as a spreadsheet counts it: the first line is 1, blank lines
        count, and line breaks inside quotes do not
    :param cells: without spaces around them
    :param fault: why the cells are not to be trusted: ``quotes``, ``damaged`` or ""
    """

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A file's first row, and the records below it."""

    heading: Record
    records: tuple[Record, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The heading's texts up to the last one.

        Cells beyond it are under no header: a row that has any is out of step.
        """
        cells = self.heading.cells
        width = max((i for i, cell in enumerate(cells, start=1) if cell), default=0)
        return tuple(cells[:width])

    def column(self, index: int) -> Iterator[str]:
        """Yield the cells of one column, blank ones left out."""
        for record in self.records:
            if index < len(record.cells) and (cell := record.cells[index]):
                yield cell


def read_table(text: str, separator: str) -> Table:
    """Split the text into cells; its first row that is not blank is the header."""
    heading, *records = _records(text, separator) or [Record(1, [])]
    return Table(heading, tuple(records))


def detect_separator(text: str, recognise: Recognise) -> str:
    """Return the separator that makes the most known columns of the header.

    Where the names are nobody's, it is the one that makes the most columns.

    :param recognise: returns the known columns of a header, as {role: index}
    """
    declaration = _DECLARATION.match(text)
    if declaration and declaration["separator"] in SEPARATORS:
        return declaration["separator"]

    def columns_made(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first_line], delimiter=separator), [])
        return len(recognise(cells)), len(cells)

    first_line = _first_line(text)
    return max(SEPARATORS, key=columns_made)


def _first_line(text: str) -> str:
    """Return the first line that says something, within what csv takes as a field."""
    blank = "".join(SEPARATORS) + '" \n'
    lines = (line for line in io.StringIO(text, newline=None) if line.strip(blank))
    return next(lines, "")[: csv.field_size_limit()]


def _records(text: str, separator: str) -> list[Record]:
    """Return the rows that are not blank."""
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    text = _SPACES.sub(" ", text)
    damaged = DAMAGED in text
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    records, number = [], 0
    while lines.begin_row():
        number += 1
        try:
            cells = _as_displayed(next(reader))
        except csv.Error:
            # Also a field that is too long: most likely an open quotation mark as well.
            lines.end_row_at_its_first_line()
            records.append(Record(number, [], "quotes"))
            continue
        if damaged and any(DAMAGED in cell for cell in cells):
            legible = [cell.replace(DAMAGED, "\ufffd") for cell in cells]
            records.append(Record(number, legible, "damaged"))
        elif any(cells):
            records.append(Record(number, cells))
    return records


def _as_displayed(cells: list[str]) -> list[str]:
    """Return the cells as a spreadsheet shows them, without spaces around them."""
    texts = [cell.strip() for cell in cells]
    return [_unwrap(text) if text.startswith("=") else text for text in texts]


def _unwrap(text: str) -> str:
    """Return the text in a formula such as ``="007"``, which keeps its zeros."""
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula["text"].replace('""', '"').strip() if formula else text


class _Lines:
    """Lines for csv to read, which can go back when a row turns out to be broken.

    An open quotation mark makes csv take the following rows for one long cell. Going
    back to the broken row's second line saves them.
    """

    def __init__(self, text: str):
        self._lines = list(io.StringIO(text, newline=None))
        self._row = self._next = self._end = 0

    def begin_row(self) -> bool:
        """Start a row at the next line; say whether there is one."""
        self._row = self._next
        self._end = min(len(self._lines), self._row + _MAX_LINES_PER_ROW)
        return self._row < self._end

    def end_row_at_its_first_line(self) -> None:
        """Leave all lines but the first to the rows that follow."""
        self._next = self._row + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._next >= self._end:
            raise StopIteration
        line = self._lines[self._next]
        self._next += 1
        return line
