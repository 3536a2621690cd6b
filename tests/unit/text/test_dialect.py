"""A bank's file, whose columns and words are none of CoopCycle's."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tools.text.amounts import read_amount
from tools.text.dates import read_date
from tools.text.dialect import Dialect, Layout, detect, detect_and_read

ROOT = Path(__file__).parents[3]
HEADER = {"booked_on": "Buchungstag", "payee": "Empfänger", "amount": "Umsatz"}
STATEMENT = (
    "Buchungstag;Empfänger;Text, Zweck, Ort;Umsatz\r\n"
    '03.04.2025;Café "Zur Post";Miete, März;-1.200,50\r\n'
    "23.04.2025;Bäckerei;Rechnung 7;86,13\r\n"
)


def recognise(header):
    return {role: header.index(name) for role, name in HEADER.items() if name in header}


BANK = Layout(
    recognise, amounts=["amount"], dates=["booked_on"], words=["Empfänger", "März"]
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac-roman", "utf-16-le"])
def test_a_banks_columns(encoding):
    dialect, table = detect_and_read(STATEMENT.encode(encoding), BANK)
    assert dialect == Dialect(encoding, ";", ",", "dmy")
    columns = recognise(table.header)
    assert list(table.column(columns["payee"])) == ['Café "Zur Post"', "Bäckerei"]
    assert [
        read_amount(text, dialect.decimal_separator)
        for text in table.column(columns["amount"])
    ] == [Decimal("-1200.50"), Decimal("86.13")]
    assert [
        read_date(text, dialect.date_order)
        for text in table.column(columns["booked_on"])
    ] == [date(2025, 4, 3), date(2025, 4, 23)]


def test_only_the_layouts_columns_tell_how_values_are_written():
    layout = Layout(recognise)
    assert detect(STATEMENT.encode(), layout) == Dialect("utf-8", ";", None, None)


def test_words_of_another_kind_of_file_do_not_tell_the_encoding():
    content = STATEMENT.encode("mac-roman")
    other = Layout(recognise, words=["Livraison à la demande"])
    assert detect(content, other).encoding == "cp1252"


def test_the_reader_of_texts_needs_no_other_tools():
    """Another kind of file is read without CoopCycle's columns and words."""
    modules = [path.stem for path in (ROOT / "tools" / "text").glob("[!_]*.py")]
    script = (
        "import importlib, sys\n"
        f"for name in {modules}: importlib.import_module(f'tools.text.{{name}}')\n"
        "print(*{name.split('.')[1] for name in sys.modules"
        " if name.startswith('tools.')})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["text"], done.stderr
