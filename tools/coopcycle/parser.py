"""CoopCycle's "Odoo (CSV)" export, also after a spreadsheet saved it its own way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..text.dialect import UNDECIDED, Dialect, detect_and_read
from ..text.table import Record, Table
from ..text.unreadable import unreadable_kind
from .columns import (
    COLUMNS,
    NONE_ASSIGNED,
    REQUIRED_COLUMNS,
    Recognition,
    recognise,
)
from .dialect import export_layout
from .faults import Fault, Faults
from .label import order_number
from .rows import Row, RowReader

__all__ = ("Fault", "ParsedFile", "Row", "parse")


@dataclass(frozen=True)
class ParsedFile:
    """What a file says and what is wrong with it.

    :param dialect: as given or detected; None in it is what the content leaves open
    :param columns: role → index of its column
    :param unknown_columns: headers without a role; they do no harm
    :param rows: in the file's order, without those that are ``row_malformed``
    """

    dialect: Dialect
    header: tuple[str, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()


def parse(
    content: bytes,
    given: Dialect = UNDECIDED,
    assigned: Mapping[str, str] = NONE_ASSIGNED,
    read_order: Callable[[str], str | None] = order_number,
) -> ParsedFile:
    """Read the file; whatever its bytes are, the answer is rows and faults.

    :param given: what the user knows about the file; the rest is detected
    :param assigned: normalised header → role, where the user chose; see
        :func:`.columns.recognise`
    :param read_order: returns the order's number in a label
    """
    kind = unreadable_kind(content, given.encoding)
    if kind:
        fault = Fault("file_unreadable", params={"kind": kind})
        return ParsedFile(given, faults=(fault,))
    dialect, table = detect_and_read(content, export_layout(assigned), given)
    if fault := _nothing_to_read(table):
        return ParsedFile(dialect, table.header, faults=(fault,))
    recognition = recognise(table.header, assigned)
    faults = Faults()
    if table.heading.fault:
        faults.add("row_malformed", table.heading.number, reason=table.heading.fault)
    _note_columns(recognition, faults)
    reader = RowReader(dialect, recognition.columns, faults, read_order)
    return ParsedFile(
        dialect=dialect,
        header=table.header,
        columns=recognition.columns,
        unknown_columns=recognition.unknown,
        rows=_read_rows(table, recognition, reader, faults),
        faults=faults.in_order(),
    )


def _nothing_to_read(table: Table) -> Fault | None:
    """Return why there is no line to be had from the table."""
    heading = table.heading
    if heading.fault and not heading.cells:
        params = {"reason": heading.fault}
        return Fault("row_malformed", (heading.number,), params=params)
    return None if table.records else Fault("file_empty")


def _note_columns(recognition: Recognition, faults: Faults) -> None:
    for role in recognition.missing:
        faults.add("column_missing", column=role, value=COLUMNS[role])
    for role, header in recognition.repeated:
        faults.add("column_twice", column=role, value=header)
    for header in recognition.unknown:
        faults.add("column_unknown", column=header, value=header)


def _read_rows(
    table: Table, recognition: Recognition, reader: RowReader, faults: Faults
) -> tuple[Row, ...]:
    """Read the records that have the header's shape; note the others."""
    width = len(table.header)
    columns = recognition.columns
    needed = max(
        (columns[role] + 1 for role in REQUIRED_COLUMNS if role in columns), default=0
    )
    rows = []
    for record in table.records:
        fault = record.fault or _shape_fault(record, width, needed)
        if fault:
            faults.add("row_malformed", record.number, reason=fault)
        else:
            cells = record.cells + [""] * (width - len(record.cells))
            rows.append(reader.read_row(record.number, cells))
    return tuple(rows)


def _shape_fault(record: Record, width: int, needed: int) -> str:
    """Return why the cells do not fit the header, "" if they do.

    Spreadsheets drop empty cells at a row's end, or add some. Anything else means that
    cells stand under the wrong header, such as after an unquoted decimal comma.
    """
    surplus = any(record.cells[width:])
    return "fields" if surplus or len(record.cells) < needed else ""
