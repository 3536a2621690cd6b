"""A first look at a bank's CSV, before anybody knows how to read it (4.38)."""

import pytest
from bank_files import CSV_FILES, csv_file

from tools.banking.columns import Columns
from tools.banking.errors import BankFileError
from tools.banking.looking import look
from tools.banking.reader import read


@pytest.mark.parametrize("name", CSV_FILES)
def test_what_is_shown_is_what_is_read(name):
    content = csv_file(name)
    found = look(content)
    chosen = {
        role: [found.header[index] for index in indexes]
        for role, indexes in found.found.items()
    }
    assert {"date", "amount"} & chosen.keys()
    assert len(found.samples[0]) == len(found.header)
    assert read(content, Columns(chosen)) == read(content)


def test_what_nobody_knows_is_shown_to_be_chosen():
    content = b"A;B;C\n03/04/2026;12.5;Thanks\n"
    found = look(content)
    assert found.header == ("A", "B", "C")
    assert found.samples == (("03/04/2026", "12.5", "Thanks"),)
    assert not found.found
    assert found.date_order is None
    with pytest.raises(BankFileError, match="columns_unknown"):
        read(content)


def test_a_file_without_a_header_has_places():
    content = b"2026-10-05;12.5;Thanks\n2026-10-06;7;Bye\n"
    found = look(content)
    assert found.header == ("1", "2", "3")
    assert found.samples[0] == ("2026-10-05", "12.5", "Thanks")
    columns = Columns({"date": ["1"], "amount": ["2"], "text": ["3"]})
    [statement] = read(content, columns)
    assert [line.text for line in statement.lines] == ["Thanks", "Bye"]
    assert look(content, columns).found == {"date": (0,), "amount": (1,), "text": (2,)}


def test_what_is_no_table_is_refused():
    with pytest.raises(BankFileError, match="file_unreadable"):
        look(b"%PDF-1.7 " + b"\0\1\2" * 99)


def test_a_row_that_is_too_wide_is_cut():
    found = look(b"Date;Amount;" + b"x" * 10_000 + b";y" * 500)
    assert len(found.header) == 100
    assert max(map(len, found.header)) == 100
