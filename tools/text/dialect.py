"""How a file was saved: what people's spreadsheets vary in CoopCycle's export."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from ..coopcycle.columns import NONE_ASSIGNED, recognise
from .amounts import DECIMAL_SEPARATORS, read_amount
from .conventions import prevailing
from .dates import DATE_ORDERS, read_date
from .encoding import ENCODINGS, decode, detect_encoding
from .table import SEPARATORS, Table, detect_separator, read_table

__all__ = (
    "DATE_ORDERS",
    "DECIMAL_SEPARATORS",
    "ENCODINGS",
    "SEPARATORS",
    "UNDECIDED",
    "Dialect",
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


def detect(
    content: bytes,
    given: Dialect = UNDECIDED,
    assigned: Mapping[str, str] = NONE_ASSIGNED,
) -> Dialect:
    """Decide from the content what ``given`` leaves open.

    The decimal separator stays None when it matters and the amounts do not tell it
    (``1.234`` everywhere), and so does the date order (``03/04/2025`` everywhere).

    :param assigned: normalised header → role, as the user chose
    """
    return detect_and_read(content, given, assigned)[0]


def detect_and_read(
    content: bytes, given: Dialect, assigned: Mapping[str, str]
) -> tuple[Dialect, Table]:
    """Return the dialect, as :func:`detect` does, and the table it was found in."""
    encoding = given.encoding or detect_encoding(content)
    text = decode(content, encoding)
    separator = given.separator or detect_separator(text, assigned)
    table = read_table(text, separator)
    columns = recognise(table.header, assigned).columns

    def cells(*roles: str) -> chain[str]:
        return chain.from_iterable(
            table.column(columns[role]) for role in roles if role in columns
        )

    dialect = Dialect(
        encoding=encoding,
        separator=separator,
        decimal_separator=given.decimal_separator
        or prevailing(cells("price_unit", "quantity"), DECIMAL_SEPARATORS, read_amount),
        date_order=given.date_order
        or prevailing(cells("invoice_date"), DATE_ORDERS, read_date),
    )
    return dialect, table
