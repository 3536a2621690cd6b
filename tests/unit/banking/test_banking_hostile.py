"""Files that somebody made to hurt, and files that are none."""

import csv
import zipfile
from io import BytesIO

import pytest
from bank_files import HEAD, camt, detail, entry, statement

from tools.banking import xml
from tools.banking.errors import BankFileError
from tools.banking.reader import read

GOOD = camt(statement(entry(details=detail()))).decode()
BODY = GOOD.removeprefix(HEAD)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

OTHERS = b"Date;Amount\n2026-10-05;1.50\n2026-10-06;"


def declared(declaration, text="&x;"):
    body = BODY.replace("INV/2026/00031", text)
    return f"{HEAD}<!DOCTYPE d [{declaration}]>{body}"


def zipped():
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.xml", GOOD)
    return content.getvalue()


FILES = {
    "empty": (b"", "file_empty"),
    "blank": (b" \r\n\t \0", "file_empty"),
    "file": (declared('<!ENTITY x SYSTEM "file:///etc/passwd">'), "xml_unsafe"),
    "network": (declared('<!ENTITY x SYSTEM "http://127.0.0.1/">'), "xml_unsafe"),
    "parameter": (declared('<!ENTITY % x SYSTEM "file:///x"> %x;', "y"), "xml_unsafe"),
    "laughs": (declared(f'<!ENTITY l0 "ha">{LAUGHS}', "&l9;"), "xml_unsafe"),
    "lower case": (declared("x").replace("DOCTYPE", "doctype"), "xml_unsafe"),
    "utf-16": (declared('<!ENTITY x "y">').encode("utf-16"), "xml_unsafe"),
    "utf-16 without mark": (
        declared('<!ENTITY x "y">').encode("utf-16-be"),
        "xml_unsafe",
    ),
    "laughs in an attribute": (
        declared(f'<!ENTITY l0 "ha">{LAUGHS}', "y")
        .replace("<GrpHdr>", '<GrpHdr a="&l9;">')
        .encode("utf-16"),
        "xml_broken",
    ),
    "utf-7": (
        declared('<!ENTITY x "y">')
        .replace("UTF-8", "UTF-7")
        .replace("<!", "+ADwAIQ-")
        .encode(),
        "xml_broken",
    ),
    "unknown entity": (GOOD.replace("INV/2026/00031", "&nope;"), "xml_broken"),
    "not closed": (GOOD[:-40], "xml_broken"),
    "only a tag": (b"<", "xml_broken"),
    "control characters": (GOOD.replace("INV", "I\0V"), "xml_broken"),
    "halves of characters": (GOOD.encode().replace(b"INV", b"\xff\xfe"), "xml_broken"),
    "deep": (f"{HEAD}{'<a>' * 5000}{'</a>' * 5000}", "xml_broken"),
    "html": (b"<!DOCTYPE html><html><body>Session expired</body></html>", "xml_unsafe"),
    "other xml": (f"{HEAD}<rss><channel/></rss>", "not_a_statement"),
    "intraday": (BODY.replace("BkToCstmrStmt", "BkToCstmrAcctRpt"), "not_a_statement"),
    "no statement": (camt(), "not_a_statement"),
    "no account": (GOOD.replace("IBAN", "X", 2), "account_missing"),
    "workbook": (zipped(), "file_unreadable"),
    "pdf": (b"%PDF-1.7 " + b"\0\1\2" * 99, "file_unreadable"),
    "binary": (bytes(range(256)) * 99, "file_unreadable"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "file_unreadable"),
    "words": (b"Dear bank, where is my money?", "columns_unknown"),
    "a header only": (b"Date;Amount\n", "file_empty"),
    "a header and blanks": (b"Date;Amount\n;\n;\n", "file_empty"),
    "quotes": (b'"' * 100_000, "columns_unknown"),
    "separators": (b";" * 1_000_000, "columns_unknown"),
    "one line": (b"Date;Amount;" * 500_000, "file_empty"),
    "lines": (b"a\n" * 300_000, "file_unreadable"),
    "digits": (b"Date;Amount\n2026-10-05;" + b"9" * 1_000_000, "amount_unreadable"),
    "digits below zero": (OTHERS + b"-" + b"9" * 1_000_000, "amount_unreadable"),
    "digits and a way": (OTHERS + b"9" * 1_000_000 + b" DR", "amount_unreadable"),
    "signs": (b"Date;Amount\n2026-10-05;" + b"- 1" * 40_000, "amount_unreadable"),
    "formula": (b"Date;Amount\n2026-10-05;=1+1", "amount_unreadable"),
}


@pytest.fixture(autouse=True)
def cells_as_long_as_in_odoo():
    before = csv.field_size_limit(500 * 1024 * 1024)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none_is_refused_with_a_code(name):
    content, code = FILES[name]
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(BankFileError) as caught:
        read(content)
    assert caught.value.code in (code, *ALSO.get(name, ()))
    assert len(repr(caught.value.data)) < 20_000


# What comes first is a matter of taste.
ALSO = {
    "digits": ("amounts_ambiguous", "row_unreadable"),
    "signs": ("amounts_ambiguous",),
    "formula": ("amounts_ambiguous",),
    "binary": (),
}


def test_more_than_anybody_has_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(xml, "_MOST_TAGS", 10)
    with pytest.raises(BankFileError, match="file_unreadable"):
        read(GOOD.encode())
    monkeypatch.setattr(xml, "LARGEST_FILE", 10)
    with pytest.raises(BankFileError, match="file_unreadable"):
        read(GOOD.encode())


def test_texts_are_text_and_not_endless():
    text = "&lt;script&gt;" + "x" * 100_000
    [found] = read(camt(statement(entry(details=detail(text, name="&#x2028;A")))))
    line = found.lines[0]
    assert line.text.startswith("<script>")
    assert len(line.text) <= 2_000
    [found] = read(b"Date;Amount;Text\n2026-10-05;1.5;" + b"x" * 100_000)
    assert found.lines[0].text == ""
    [found] = read("Date;Amount;Memo\n2026-10-05;1.5;a\ufffeb\n".encode())
    assert found.lines[0].text == "ab"
