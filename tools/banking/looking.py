"""A first look at a bank's CSV, so that somebody can correct how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..text.amounts import DECIMAL_SEPARATORS
from ..text.dates import DATE_ORDERS
from ..text.encoding import decode, detect_encoding
from ..text.unreadable import unreadable_kind
from .cells import read_amount, read_day
from .columns import GUESSED, WORDS, Columns
from .errors import BankFileError
from .statement import plain
from .table import Found, find_conventions, find_header, rows_of

_SAMPLES = 3
_MOST_COLUMNS = 100
_LONGEST = 100


@dataclass(frozen=True)
class Look:
    """How a file looks.

    :param header: of each column; its place from "1", where the file has no header
    :param samples: some rows below it, as wide as the header
    :param found: role → indexes of its columns, as far as they are known
    :param decimal_separator, date_order: None where nobody can tell
    """

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    found: Mapping[str, Sequence[int]]
    encoding: str
    separator: str
    decimal_separator: str | None
    date_order: str | None


def look(content: bytes, columns: Columns = GUESSED) -> Look:
    """Return how a file looks, whether or not it can be read so.

    :raise BankFileError: it is no table
    """
    if kind := unreadable_kind(content, columns.dialect.encoding):
        raise BankFileError("file_unreadable", kind=kind)
    encoding = columns.dialect.encoding or detect_encoding(content, WORDS)
    text = decode(content, encoding)
    header = find_header(text, columns)
    cells = _shorten(header.cells)
    is_headless = columns.are_places or _is_movement(cells)
    names = tuple(map(str, range(1, len(cells) + 1))) if is_headless else cells
    rows = rows_of(text, header.separator)[header.place + (not is_headless) :]
    order, mark = find_conventions(Found(header.columns, rows), columns)
    samples = [_shorten(row.cells) for row in rows[:_SAMPLES]]
    width = len(cells)
    return Look(
        header=names,
        samples=tuple((*row, *[""] * width)[:width] for row in samples),
        found=header.columns,
        encoding=encoding,
        separator=header.separator,
        decimal_separator=mark,
        date_order=order,
    )


def _shorten(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(cell)[:_LONGEST] for cell in cells[:_MOST_COLUMNS])


def _is_movement(cells: Sequence[str]) -> bool:
    """Say whether a row has a day and an amount already: it is no header."""
    days = [cell for cell in cells if _reads(cell, read_day, DATE_ORDERS)]
    money = [cell for cell in cells if _reads(cell, read_amount, DECIMAL_SEPARATORS)]
    return bool(days) and bool(set(money) - set(days))


def _reads(cell: str, read, conventions: Sequence[str]) -> bool:
    return any(read(cell, each) is not None for each in conventions)
