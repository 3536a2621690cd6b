"""The CSV of any bank."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..text.amounts import DECIMAL_SEPARATORS, LIMIT
from ..text.conventions import prevailing
from ..text.dates import DATE_ORDERS
from ..text.encoding import decode, detect_encoding
from ..text.table import SEPARATORS, Record, read_table
from ..text.unreadable import unreadable_kind
from .cells import read_amount, read_day, sign_of
from .columns import WORDS, Columns, has_enough, missing
from .errors import BankFileError
from .identity import identify
from .statement import BankLine, Statement, plain

# What banks write above the header: whose account it is, and since when
_MOST_ABOVE = 40
_BEGINNING = 20_000
_MONEY = ("amount", "debit", "credit")
_DAYS = ("date", "value_date")


class Found(NamedTuple):
    """Where the table is in a file.

    :param columns: role → indexes
    :param records: the rows below the header
    """

    columns: Mapping[str, Sequence[int]]
    records: Sequence[Record]


class Header(NamedTuple):
    """The row that names the columns.

    :param columns: role → indexes, of those that are known
    :param place: among the rows that are not blank
    """

    columns: Mapping[str, Sequence[int]]
    cells: Sequence[str]
    separator: str
    place: int


@dataclass(frozen=True)
class _Conventions:
    order: str
    decimal_separator: str


def read(content: bytes, columns: Columns) -> list[Statement]:
    """Return a statement for each account in the file, and each of its currencies.

    :raise BankFileError: it cannot be read
    """
    kind = unreadable_kind(content, columns.dialect.encoding)
    if kind:
        raise BankFileError("file_unreadable", kind=kind)
    text = decode(content, columns.dialect.encoding or detect_encoding(content, WORDS))
    found = _find(text, columns)
    for record in found.records:
        if record.fault:
            reason = record.fault
            raise BankFileError("row_unreadable", row=record.number, value=reason)
    reader = _Rows(found.columns, _conventions(found, columns))
    lines, skipped = [], []
    for record in found.records:
        line = reader.read_row(record)
        if line is None:
            skipped.append(record.number)
        else:
            lines.append(line)
    if not lines:
        raise BankFileError("file_empty")
    return list(_statements(lines, tuple(skipped)))


def _find(text: str, columns: Columns) -> Found:
    """Return the table: the separator and the row that make the most columns."""
    header = find_header(text, columns)
    if not has_enough(header.columns):
        cells = [plain(cell)[:100] for cell in header.cells[:100]]
        raise BankFileError(
            "columns_unknown", header=cells, missing=missing(header.columns)
        )
    first = header.place + (not columns.are_places)
    return Found(header.columns, rows_of(text, header.separator)[first:])


def find_header(text: str, columns: Columns) -> Header:
    """Return the row that makes the most columns; the widest one where none does."""
    given = columns.dialect.separator
    beginning = text[:_BEGINNING].rpartition("\n")[0] or text[:_BEGINNING]
    best, widest = Header({}, (), ",", 0), Header({}, (), ",", 0)
    for separator in (given,) if given else SEPARATORS:
        for place, record in enumerate(rows_of(beginning, separator)[:_MOST_ABOVE]):
            found = columns.find(record.cells)
            header = Header(found, tuple(record.cells), separator, place)
            if len(header.cells) > len(widest.cells):
                widest = header
            known = best.columns
            if (has_enough(found), len(found)) > (has_enough(known), len(known)):
                best = header
    return best if best.columns else widest


def rows_of(text: str, separator: str) -> list[Record]:
    table = read_table(text, separator)
    return [table.heading, *table.records]


def _conventions(found: Found, columns: Columns) -> _Conventions:
    """Return how days and amounts are written, judged by all of them."""
    order, mark = find_conventions(found, columns)
    if mark is None:
        raise _undecided("amounts_ambiguous", list(_cells(found, _MONEY)))
    if order is None:
        raise _undecided("dates_ambiguous", list(_cells(found, _DAYS)))
    return _Conventions(order, mark)


def find_conventions(found: Found, columns: Columns) -> tuple[str | None, str | None]:
    """Return the order of days and the decimal separator, None if nobody can tell."""
    dialect = columns.dialect
    days = list(_cells(found, _DAYS))
    mark = dialect.decimal_separator or prevailing(
        _cells(found, _MONEY), DECIMAL_SEPARATORS, read_amount
    )
    order = dialect.date_order or prevailing(days, DATE_ORDERS, read_day)
    if order is None and days and (mark == "," or all("." in day for day in days)):
        order = "dmy"  # whoever writes 05/10 for the tenth of May has no decimal comma
    return order, mark


def _undecided(code: str, cells: Sequence[str]) -> BankFileError:
    """Return that nobody can tell from the cells, or that there are none."""
    if not cells:
        return BankFileError("file_empty")
    return BankFileError(code, value=cells[0][:50])


def _cells(found: Found, roles: Sequence[str]) -> Iterator[str]:
    indexes = [found.columns[role][0] for role in roles if role in found.columns]
    for record in found.records:
        for index in indexes:
            if index < len(record.cells) and record.cells[index]:
                yield record.cells[index]


class _Rows:
    """Reads the rows of a table."""

    def __init__(
        self, columns: Mapping[str, Sequence[int]], conventions: _Conventions
    ) -> None:
        self._columns = columns
        self._conventions = conventions
        self._needed = max(columns.get("date") or columns["value_date"]) + 1

    def read_row(self, record: Record) -> tuple[str, BankLine] | None:
        """Return the account and the line, None if the row is no movement.

        :raise BankFileError: it is one, and nobody can read it
        """
        texts = {
            role: [record.cells[i] for i in indexes if i < len(record.cells)]
            for role, indexes in self._columns.items()
        }
        first = {role: cells[0] if cells else "" for role, cells in texts.items()}
        day = self._day(record.number, first)
        amount = self._amount(record.number, first) if day else None
        if day is None or amount is None:
            return None
        line = BankLine(
            date=day,
            amount=amount,
            text=plain(*texts.get("text", ())),
            name=plain(first.get("name")),
            iban=plain(first.get("iban")),
            bank_reference=plain(first.get("bank_reference")),
            currency=plain(first.get("currency"))[:10],
        )
        return plain(first.get("account")), line

    def _day(self, row: int, texts: Mapping[str, str]) -> date | None:
        """Return the day; words, as beside a total, are none."""
        text = texts.get("date") or texts.get("value_date") or ""
        if not any(letter.isdigit() for letter in text):
            return None
        day = read_day(text, self._conventions.order)
        if day is None:
            raise BankFileError("date_unreadable", row=row, value=text[:50])
        return day

    def _amount(self, row: int, texts: Mapping[str, str]) -> Decimal | None:
        """Return the amount, None if the row has none."""
        if texts.get("amount"):
            amount = self._number(row, texts["amount"])
        else:
            written = [texts.get(role, "") for role in ("credit", "debit")]
            if not any(written):
                return None
            came, went = (
                abs(self._number(row, text)) if text else Decimal() for text in written
            )
            if came and went:
                value = " / ".join(written)[:50]
                raise BankFileError("amount_unreadable", row=row, value=value)
            amount = came - went
        if texts.get("direction"):
            sign = sign_of(texts["direction"])
            if not sign:
                value = texts["direction"][:50]
                raise BankFileError("direction_unknown", row=row, value=value)
            amount = abs(amount) * sign
        return amount

    def _number(self, row: int, text: str) -> Decimal:
        amount = read_amount(text, self._conventions.decimal_separator)
        if amount is None or amount.copy_abs() >= LIMIT:
            raise BankFileError("amount_unreadable", row=row, value=text[:50])
        return amount


def _statements(
    lines: Sequence[tuple[str, BankLine]], skipped: tuple[int, ...]
) -> Iterator[Statement]:
    by_account: dict[tuple[str, str], list[BankLine]] = {}
    for account, line in lines:
        by_account.setdefault((account, line.currency), []).append(line)
    for (account, currency), own in by_account.items():
        yield Statement(
            account=account,
            currency=currency,
            lines=identify(f"{account} {currency}", own),
            date=max(line.date for line in own),
            skipped=skipped,
        )
