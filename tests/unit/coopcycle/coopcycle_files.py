"""Exports as CoopCycle writes them and as spreadsheets save them again."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from tools.coopcycle.columns import COLUMNS

DATA = Path(__file__).parents[2] / "data" / "coopcycle"
LANGUAGES = ("cs", "en", "es", "fr")

LINE: Mapping[str, str | date | Decimal] = {
    "external_id": "6513270e-269e-6b86b27",
    "invoice_date": date(2025, 6, 13),
    "partner": "Les Vélos du Canal",
    "account": "706000",
    "product": "Livraison à la demande",
    "label": "Livraison à la demande - 1.03 km - Dépôt: Gare; quai 3 (Commande #A1)",
    "price_unit": Decimal("4.16"),
    "quantity": Decimal(1),
}


def sample(name: str) -> bytes:
    """Return an export in CoopCycle's own shape."""
    return (DATA / f"export_{name}.csv").read_bytes()


def write_iso(day: date) -> str:
    """Write a date as CoopCycle does."""
    return day.isoformat()


@dataclass(frozen=True)
class Saved:
    """A spreadsheet's way to save the export."""

    encoding: str = "utf-8"
    mark: bytes = b""
    separator: str = ","
    decimal_separator: str = "."
    write_date: Callable[[date], str] = write_iso
    line_end: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    roles: Sequence[str] = field(default_factory=lambda: tuple(COLUMNS))
    extra: Sequence[str] = ()

    def save(self, lines: Sequence[Mapping]) -> bytes:
        """Return the file with these lines; extra columns come first."""
        text = io.StringIO()
        writer = csv.writer(
            text,
            delimiter=self.separator,
            lineterminator=self.line_end,
            quoting=self.quoting,
        )
        writer.writerow([*self.extra, *(COLUMNS[role] for role in self.roles)])
        for line in lines:
            cells = (self._write(line[role]) for role in self.roles)
            writer.writerow([*("x" for _ in self.extra), *cells])
        return self.mark + text.getvalue().encode(self.encoding)

    def _write(self, value: str | date | Decimal) -> str:
        if isinstance(value, date):
            return self.write_date(value)
        if isinstance(value, Decimal):
            return format(value, "f").replace(".", self.decimal_separator)
        return value


def save(*changes: Mapping, **saved) -> bytes:
    """Save one line for each of the changes to LINE."""
    return Saved(**saved).save([{**LINE, **change} for change in changes or ({},)])
