"""How a file was saved: what people's spreadsheets vary in the same table."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from .amounts import DECIMAL_SEPARATORS, read_amount
from .conventions import prevailing
from .dates import DATE_ORDERS, read_date
from .encoding import ENCODINGS, decode, detect_encoding
from .table import SEPARATORS, Recognise, Table, detect_separator, read_table

__all__ = (
    "DATE_ORDERS",
    "DECIMAL_SEPARATORS",
    "ENCODINGS",
    "SEPARATORS",
    "UNDECIDED",
    "Dialect",
    "Layout",
    "detect",
    "detect_and_read",
)


@dataclass(frozen=True)
class Dialect:
    """How a file was saved. None is what is not decided.

    :param encoding: one of ENCODINGS
    :param separator: one of SEPARATORS
    :param decimal_separator: one of DECIMAL_SEPARATORS
    :param date_order: one of DATE_ORDERS
    """

    encoding: str | None = None
    separator: str | None = None
    decimal_separator: str | None = None
    date_order: str | None = None


UNDECIDED = Dialect()


@dataclass(frozen=True)
class Layout:
    """What is known of all files of one kind, however they were saved.

    :param recognise: returns the known columns of a header, as {role: index}
    :param amounts: roles of the columns that hold amounts
    :param dates: roles of the columns that hold dates
    :param words: with letters beyond ASCII, such as these files hold
    """

    recognise: Recognise
    amounts: Collection[str] = ()
    dates: Collection[str] = ()
    words: Collection[str] = ()


def detect(content: bytes, layout: Layout, given: Dialect = UNDECIDED) -> Dialect:
    """Decide from the content what ``given`` leaves open.

    The decimal separator stays None when it matters and the amounts do not tell it
    (``1.234`` everywhere), and so does the date order (``03/04/2025`` everywhere).
    """
    return detect_and_read(content, layout, given)[0]


def detect_and_read(
    content: bytes, layout: Layout, given: Dialect = UNDECIDED
) -> tuple[Dialect, Table]:
    """Return the dialect, as :func:`detect` does, and the table it was found in."""
    encoding = given.encoding or detect_encoding(content, layout.words)
    text = decode(content, encoding)
    separator = given.separator or detect_separator(text, layout.recognise)
    table = read_table(text, separator)
    columns = layout.recognise(table.header)

    def cells(roles: Collection[str]) -> chain[str]:
        return chain.from_iterable(
            table.column(columns[role]) for role in roles if role in columns
        )

    dialect = Dialect(
        encoding=encoding,
        separator=separator,
        decimal_separator=given.decimal_separator
        or prevailing(cells(layout.amounts), DECIMAL_SEPARATORS, read_amount),
        date_order=given.date_order
        or prevailing(cells(layout.dates), DATE_ORDERS, read_date),
    )
    return dialect, table
