"""CoopCycle's export as one file, of the answers of its stores."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ..text.cleaning import clean_text
from .api.invoicing import LineItem
from .columns import COLUMNS, recognise
from .label import hash_of_store

Cells = dict[str, str]


class NoExportError(ValueError):
    """A text that is not CoopCycle's export."""


def read_rows(text: str) -> list[Cells]:
    """Return the rows of an export, {role: cell} each, as a database can hold them.

    :raise NoExportError: it lacks columns that every export has
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(lines, [])
        rows = [cells for cells in lines if any(cells)]
    except csv.Error as error:
        raise NoExportError(str(error)) from error
    if not rows and not any(header):
        return []  # nothing to export
    columns = recognise(header)
    if columns.missing:
        raise NoExportError(", ".join(columns.missing))
    if any(len(cells) != len(header) for cells in rows):
        raise NoExportError("cells are missing")
    return [
        {role: clean_text(cells[index]) for role, index in columns.columns.items()}
        for cells in rows
    ]


def rows_of_items(
    items: Iterable[LineItem], request_id: str, partner: str, account: str = ""
) -> list[Cells]:
    """Return the rows that an export of these orders has.

    :param request_id: of the export that marked them
    :param partner: the legal name of their store
    :param account: of the invoice lines, which the orders do not tell
    """
    return [
        {
            "external_id": f"{request_id}-{hash_of_store(item.store_id or 0)}",
            "invoice_date": item.exports[request_id].isoformat(),
            "partner": partner,
            "account": account,
            # The description begins with it
            "product": item.description.partition(" - ")[0],
            "label": item.description,
            "price_unit": f"{Decimal(item.subtotal) / 100:f}",
            "quantity": "1",
        }
        for item in items
    ]


def write_file(rows: Sequence[Cells]) -> bytes:
    """Return the export that has these rows."""
    output = io.StringIO(newline="")
    writer = csv.DictWriter(output, list(COLUMNS), restval="", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return output.getvalue().encode()
