"""Detecting how a spreadsheet saved the file."""

import codecs
import csv
from datetime import date
from decimal import Decimal

import pytest
from coopcycle_files import LANGUAGES, LINE, Saved, sample, save

from tools.coopcycle.columns import COLUMNS
from tools.coopcycle.dialect import detect
from tools.coopcycle.parser import parse
from tools.text.dialect import ENCODINGS, SEPARATORS, Dialect

DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"


def written(pattern):
    return lambda day: day.strftime(pattern)


def dates(*days, pattern):
    lines = ({"invoice_date": day} for day in days)
    return save(*lines, write_date=written(pattern))


def prices(*texts):
    return save(*({"price_unit": text} for text in texts), separator=";")


@pytest.mark.parametrize("language", [*LANGUAGES, "one_store_250"])
def test_coopcycles_own(language):
    assert detect(sample(language)) == Dialect("utf-8", ",", ".", "ymd")


@pytest.mark.parametrize(
    ("language", "encoding", "mark"),
    [
        ("fr", "utf-8", codecs.BOM_UTF8),
        ("cs", "utf-16-le", codecs.BOM_UTF16_LE),
        ("cs", "utf-16-be", codecs.BOM_UTF16_BE),
        ("cs", "utf-16-le", b""),
        ("cs", "utf-16-be", b""),
        ("fr", "cp1252", b""),
        ("es", "cp1252", b""),
        ("en", "cp1252", b""),
        ("cs", "cp1250", b""),
        ("cs", "iso-8859-2", b""),
        ("fr", "mac-roman", b""),
    ],
)
def test_encoding(language, encoding, mark):
    original = sample(language)
    content = mark + original.decode().encode(encoding)
    parsed = parse(content)
    assert parsed.dialect.encoding == encoding
    assert parsed.rows == parse(original).rows
    assert parsed.faults == ()


def test_czech_labels_alone_tell_the_encoding():
    line = {"product": "Delivery", "label": "Kolo (Objednávka č. A1)"}
    content = save({**line, "partner": "Dvořák"}, encoding="cp1250")
    assert parse(content).rows[0].partner == "Dvořák"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_chosen_encoding(encoding):
    plain = {"product": "Delivery", "label": "(Order #A1)"}
    content = save({**plain, "partner": "Café"}, encoding=encoding)
    given = Dialect(encoding=encoding)
    assert detect(content, given).encoding == encoding
    assert parse(content, given).rows[0].partner == "Café"


def test_a_few_damaged_bytes_do_not_make_utf8_another_encoding():
    content = sample("fr").replace(b"Fils", b"F\xffls", 1)
    assert detect(content).encoding == "utf-8"


def test_bytes_that_windows_leaves_undefined():
    content = save({"partner": "Café"}, encoding="cp1252").replace(b"Caf", b"Ca\x81")
    parsed = parse(content)
    assert parsed.dialect.encoding == "cp1252"
    assert parsed.rows[0].partner == "Ca\x81é"


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_separator(separator, quoting):
    content = save(separator=separator, quoting=quoting)
    assert detect(content).separator == separator
    assert parse(content).rows == parse(save()).rows


def test_separator_of_a_header_that_nobody_knows():
    assert detect(b"Rechnung;Datum, Ort;Kunde\n1;2;3\n").separator == ";"


def test_blank_lines_do_not_tell_the_separator():
    content = b'"  "\r\n\r\n,,\r\n' + save(separator=";", line_end="\r\n")
    assert detect(content).separator == ";"


def test_separator_that_knows_more_columns_beats_one_that_makes_more():
    content = save(extra=["Notes"], separator=";").replace(b"Notes", b"a" + b",b" * 9)
    assert detect(content).separator == ";"


def test_separator_of_headers_that_the_user_assigned():
    content = b"Client, nom|Montant, HT, EUR, net\nAcme|4.16\n"
    assert detect(content).separator == ","
    assigned = {"client, nom": "partner"}
    assert detect(content, assigned=assigned).separator == "|"


def test_excels_declaration_of_the_separator():
    parsed = parse(b"sep=;\r\n" + save(separator=";", line_end="\r\n"))
    assert parsed.dialect.separator == ";"
    assert (parsed.rows, parsed.faults) == (parse(save()).rows, ())


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_end(line_end):
    lines = ({}, {"label": "Two\nlines (Order #A2)"})
    rows = parse(save(*lines, line_end=line_end, quoting=csv.QUOTE_ALL)).rows
    assert [row.number for row in rows] == [2, 3]
    assert rows[1].label == "Two\nlines (Order #A2)"


@pytest.mark.parametrize(
    ("texts", "separator"),
    [
        (["4.16"], "."),
        (["4,16"], ","),
        (["12", "7"], "."),
        (["1.234", "4,16"], ","),
        (["1.234", "4.16"], "."),
        (["1,234.50"], "."),
        (["1.234.567"], ","),
        (["0.416"], "."),
        (["4.16", "4.17", "4,18"], "."),
        (["4,16", "4,17", "4.18"], ","),
        (["1.234"], None),
        (["1,234", "12"], None),
        (["x", ""], "."),
    ],
)
def test_decimal_separator(texts, separator):
    assert detect(prices(*texts)).decimal_separator == separator


def test_the_quantity_tells_the_decimal_separator_too():
    content = save({"price_unit": "1.234", "quantity": "1,5"}, separator=";")
    assert parse(content).rows[0].price_unit == Decimal(1234)


def test_other_columns_do_not_tell_the_decimal_separator():
    content = save({"price_unit": "1.234", "account": "4,16", "partner": "4,16"})
    assert detect(content).decimal_separator is None


@pytest.mark.parametrize(
    ("content", "order"),
    [
        (dates(date(2025, 6, 13), pattern=DAY_FIRST), "dmy"),
        (dates(date(2025, 6, 13), pattern=MONTH_FIRST), "mdy"),
        (dates(date(2025, 6, 13), pattern="%d. %m. %Y"), "dmy"),
        (dates(date(2025, 6, 13), pattern="%d-%m-%y"), "dmy"),
        (dates(date(2025, 6, 13), pattern="%Y-%m-%d 00:00:00"), "ymd"),
        (dates(date(2025, 3, 4), pattern="%Y/%m/%d"), "ymd"),
        (dates(date(2025, 3, 4), pattern=DAY_FIRST), None),
        (dates(date(2025, 3, 4), date(2025, 3, 31), pattern=DAY_FIRST), "dmy"),
        (dates(date(2025, 3, 4), date(2025, 3, 31), pattern=MONTH_FIRST), "mdy"),
        (dates(date(2025, 5, 5), date(2025, 6, 6), pattern=DAY_FIRST), "dmy"),
    ],
)
def test_date_order(content, order):
    assert detect(content).date_order == order


def test_dates_in_labels_do_not_tell_the_order():
    content = save({"invoice_date": "03/04/2025", "label": "31/03/2025 (Order #A1)"})
    assert detect(content).date_order is None


def test_what_is_given_is_kept():
    given = Dialect("cp1250", ";", ",", "mdy")
    assert detect(sample("fr"), given) == given
    assert detect(sample("fr"), Dialect(date_order="dmy")) == Dialect(
        "utf-8", ",", ".", "dmy"
    )


def test_reordered_and_extra_columns():
    content = Saved(roles=tuple(reversed(COLUMNS)), extra=("Notes", "Total"))
    parsed = parse(content.save([LINE]))
    assert parsed.rows == parse(save()).rows
    assert parsed.unknown_columns == ("Notes", "Total")
