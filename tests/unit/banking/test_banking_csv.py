"""The CSV of any bank (issue: import of bank files)."""

from datetime import date
from decimal import Decimal

import pytest
from bank_files import CSV_FILES, csv_file

from tools.banking.columns import Columns
from tools.banking.errors import BankFileError
from tools.banking.reader import read
from tools.text.dialect import Dialect

CAME, WENT = Decimal("1234.56"), Decimal("-45.10")


@pytest.mark.parametrize("name", CSV_FILES)
def test_a_banks_file_is_read(name):
    [statement] = read(csv_file(name))
    came, went = statement.lines
    assert came.date == date(2026, 10, 5)
    assert [came.amount, went.amount] == [CAME, WENT]
    words = f"{came.name} {came.text}".upper()
    assert "INV/2026/00031" in words
    assert "BOULANGERIE NO" in words
    assert "Stamps" in went.text
    assert came.identity != went.identity


def test_what_the_columns_say():
    [statement] = read(csv_file("german"))
    assert (statement.account, statement.currency) == ("DE89370400440532013000", "EUR")
    line = statement.lines[0]
    assert (line.name, line.iban) == ("Boulangerie Noël", "BE68539007547034")
    [statement] = read(csv_file("czech"))
    assert [line.bank_reference for line in statement.lines] == ["77", "78"]


def test_rows_that_are_no_movements_are_told():
    [statement] = read(csv_file("french"))
    assert statement.skipped == (8, 9)


def test_columns_may_be_chosen():
    content = b"Wann;Wieviel;Wofuer\n2026-10-05;12,50;INV/2026/00031\n"
    with pytest.raises(BankFileError) as caught:
        read(content)
    assert caught.value.code == "columns_unknown"
    assert caught.value.data["header"] == ["Wann", "Wieviel", "Wofuer"]
    chosen = {"date": ["wann"], "amount": ["Wieviel"], "text": ["Wofuer", "WANN"]}
    [statement] = read(content, Columns(chosen))
    assert statement.lines[0].text == "INV/2026/00031 2026-10-05"


def test_columns_may_be_chosen_by_place_where_there_is_no_header():
    content = b"2026-10-05;x;12,50;Bread\n2026-10-06;y;-3,20;Milk\n"
    chosen = {"date": ["1"], "amount": ["3"], "text": ["4"]}
    [statement] = read(content, Columns(chosen))
    assert [line.text for line in statement.lines] == ["Bread", "Milk"]
    with pytest.raises(BankFileError, match="columns_unknown"):
        read(content, Columns({**chosen, "date": ["0"]}))


def test_a_chosen_column_that_is_not_there_is_told():
    chosen = {"date": ["Date"], "amount": ["Nowhere"]}
    with pytest.raises(BankFileError) as caught:
        read(csv_file("plain"), Columns(chosen))
    assert caught.value.data["missing"] == ("amount",)


def test_an_exact_header_comes_before_one_that_begins_alike():
    content = b"Date of birth;Date;Amount\nx;2026-10-05;1\n"
    [statement] = read(content)
    assert statement.lines[0].date == date(2026, 10, 5)


def test_what_nobody_can_tell_is_asked_and_can_be_given():
    days = b"Date;Amount\n03/04/2026;1.5\n05/04/2026;2.5\n"
    with pytest.raises(BankFileError, match="dates_ambiguous"):
        read(days)
    [statement] = read(days, Columns(dialect=Dialect(date_order="dmy")))
    assert statement.lines[0].date == date(2026, 4, 3)
    money = b"Date;Amount\n2026-10-05;1.234\n"
    with pytest.raises(BankFileError, match="amounts_ambiguous"):
        read(money)
    [statement] = read(money, Columns(dialect=Dialect(decimal_separator=",")))
    assert statement.lines[0].amount == 1234


def test_each_account_and_currency_is_a_statement():
    content = (
        b"Account;Date;Amount;Currency\n"
        b"A;2026-10-05;1;EUR\nB;2026-10-05;1;EUR\nA;2026-10-05;1;USD\nA;2026-10-06;2;EUR\n"
    )
    found = read(content)
    assert [(s.account, s.currency, len(s.lines)) for s in found] == [
        ("A", "EUR", 2),
        ("B", "EUR", 1),
        ("A", "USD", 1),
    ]
    assert len({line.identity for s in found for line in s.lines}) == 4


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2026-13-45;1;", "date_unreadable"),
        ("5/x/26;1;", "date_unreadable"),
        ("2026-10-05;twelve;", "amount_unreadable"),
        ("2026-10-05;1000000000000;", "amount_unreadable"),
        ("2026-10-05;1e9;", "amount_unreadable"),
        ("2026-10-05;NaN;", "amount_unreadable"),
        ("2026-10-05;1;sideways", "direction_unknown"),
        ('2026-10-05;"1;', "row_unreadable"),
    ],
)
def test_a_movement_that_nobody_can_read_stops_the_file(row, code):
    content = f"Date;Amount;D/C\n2026-10-04;1.5;C\n{row}\n2026-10-06;2.5;D\n"
    with pytest.raises(BankFileError) as caught:
        read(content.encode())
    assert (caught.value.code, caught.value.data["row"]) == (code, 3)


def test_debit_and_credit_in_one_row_is_no_amount():
    content = b"Date;Debit;Credit\n2026-10-05;1.50;\n2026-10-06;1.50;2.50\n"
    with pytest.raises(BankFileError, match="amount_unreadable"):
        read(content)
