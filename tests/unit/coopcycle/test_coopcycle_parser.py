"""From a file's bytes to rows and faults."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from coopcycle_files import LINE, sample, save

from tools.coopcycle.columns import COLUMNS
from tools.coopcycle.parser import Fault, ParsedFile, Row, parse
from tools.text.dialect import Dialect

HEADER = ",".join(COLUMNS.values()).encode() + b"\n"
ROW = b"a-6b86b27,2025-06-13,Acme,706000,Delivery,(Order #A1),4.16,1\n"


def faults(content, *codes, **known):
    """Parse, and check that these are the codes found."""
    found = parse(content, **known).faults
    assert [fault.code for fault in found] == list(codes)
    return found


# === THE EXPORT ITSELF ===


@pytest.mark.parametrize(
    ("name", "lines", "total", "stores"),
    [
        # Counted with awk over the files' last columns.
        ("cs", 36, "2813.66", 3),
        ("en", 36, "2813.66", 3),
        ("es", 36, "2813.66", 3),
        ("fr", 36, "2813.66", 3),
        ("one_store_250", 250, "19435.30", 1),
    ],
)
def test_sums(name, lines, total, stores):
    parsed = parse(sample(name))
    assert sum(row.price_unit for row in parsed.rows) == Decimal(total)
    assert [row.number for row in parsed.rows] == list(range(2, lines + 2))
    assert [row.order_number for row in parsed.rows] == [
        f"A{number}" for number in range(1, lines + 1)
    ]
    assert len({row.store_hash for row in parsed.rows}) == stores
    assert {row.quantity for row in parsed.rows} == {1}
    assert {row.invoice_date for row in parsed.rows} == {date(2025, 6, 13)}
    assert parsed.faults == ()


def test_one_row():
    parsed = parse(sample("cs"))
    assert parsed.rows[1] == Row(
        number=3,
        external_id="6513270e-269e-4d37-b2a7-4de452e6b438-6b86b27",
        invoice_date=date(2025, 6, 13),
        partner="Les Vélos du Canal SCOP",
        account="706000",
        product="Doručení na vyžádání",
        label="Doručení na vyžádání - 1.03 km - Vyzvednutí: Bureau - Doručení: "
        "L'Atelier, 2e étage - 31. 05. 2025 (Objednávka č. A2)",
        price_unit=Decimal("86.13"),
        quantity=Decimal(1),
        order_number="A2",
        store_hash="6b86b27",
    )
    assert parsed.header == tuple(COLUMNS.values())
    assert parsed.columns == {role: index for index, role in enumerate(COLUMNS)}
    assert parsed.unknown_columns == ()


def test_blank_lines_count_as_rows():
    rows = parse(b"\n" + HEADER + b"\n,,,,,,,\n" + ROW + b'"\n"\n' + ROW + b"\n").rows
    assert [row.number for row in rows] == [5, 7]


def test_texts_are_stripped_and_keep_their_inner_spaces():
    line = {"partner": " Les  Vélos\xa0du Canal\u202f", "account": "\t"}
    row = parse(save(line)).rows[0]
    assert (row.partner, row.account) == ("Les  Vélos du Canal", "")


def test_formulas_that_keep_a_text_a_text():
    line = {"account": '="0706"', "external_id": '="a-6b86b27"', "price_unit": '="4.5"'}
    row = parse(save({**line, "partner": '="The ""Acme"""'})).rows[0]
    assert (row.account, row.store_hash) == ("0706", "6b86b27")
    assert (row.price_unit, row.partner) == (Decimal("4.5"), 'The "Acme"')


def test_spaces_after_separators():
    row = parse(HEADER + ROW.replace(b",Acme,", b', "Acme, Paris",')).rows[0]
    assert row.partner == "Acme, Paris"


def test_an_assigned_column():
    content = save().replace(b"Partner", b"Client")
    parsed = parse(content, assigned={"client": "partner"})
    assert (parsed.rows, parsed.faults) == (parse(save()).rows, ())


def test_zero_and_negative_prices_are_good():
    rows = parse(save({"price_unit": Decimal("-4.5")}, {"price_unit": Decimal(0)})).rows
    assert [row.price_unit for row in rows] == [Decimal("-4.5"), 0]


def test_a_negative_quantity_is_good():
    assert parse(save({"quantity": Decimal(-2)})).rows[0].quantity == -2


# === THE FILE'S FAULTS ===


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \n\r\n\t", b",,,\n;;\n", HEADER]
    + [HEADER + b"\n,,,,,,,\n", HEADER.decode().encode("utf-16")],
)
def test_file_empty(content):
    faults(content, "file_empty")
    assert parse(content).rows == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "xls"),
        (b"%PDF-1.7\n", "pdf"),
        (bytes(range(256)) * 4, "binary"),
        (save() + b"\0" * 50, "binary"),
        (save(encoding="utf-32-le"), "binary"),
        (b"<!DOCTYPE html>\n<html></html>", "html"),
        (b"\n <HTML><body>Sign in</body>", "html"),
        ("<html>".encode("utf-16"), "html"),
    ],
)
def test_file_unreadable(content, kind):
    fault = Fault("file_unreadable", params={"kind": kind})
    assert parse(content) == ParsedFile(Dialect(), faults=(fault,))


@pytest.mark.parametrize(
    "content",
    [
        save() + b"\n" * 10_000_000,
        save() + b"\r" * 300_000,
        HEADER + ROW * 200_001,
        b"x" * 30_000_000,
        b"PK\x03\x04" + b"x" * 30_000_000,
    ],
    ids=["empty lines", "old Mac's lines", "rows", "one line", "workbook"],
)
def test_too_large_to_be_looked_at(content):
    """It would keep a worker for minutes."""
    before = time.process_time()
    [fault] = faults(content, "file_unreadable")
    assert fault.params == {"kind": "size"}
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("saved_as", "chosen"),
    [
        ("cp1252", "utf-8"),
        ("cp1252", "utf-16-le"),
        ("utf-8", "utf-16-be"),
        ("utf-16-le", "utf-8"),
        ("utf-16-le", "cp1252"),
        ("utf-16-le", "utf-16-be"),
    ],
)
def test_wrong_encoding_chosen(saved_as, chosen):
    content = save(encoding=saved_as)
    (fault,) = faults(content, "file_unreadable", given=Dialect(encoding=chosen))
    assert fault.params == {"kind": "encoding"}


def test_a_damaged_byte_does_not_make_the_chosen_encoding_wrong():
    content = save({"partner": "Acme"}, {"partner": "Vélo"}).replace(b"Acme", b"A\0me")
    parsed = parse(content, Dialect(encoding="utf-8"))
    assert [row.partner for row in parsed.rows] == ["Vélo"]


def test_column_missing():
    content = save(roles=[role for role in COLUMNS if role not in ("partner", "label")])
    assert faults(content, "column_missing", "column_missing") == (
        Fault("column_missing", column="partner", value="Partner"),
        Fault("column_missing", column="label", value="Invoice lines / Label"),
    )
    (row,) = parse(content).rows
    assert (row.partner, row.label, row.price_unit) == ("", "", Decimal("4.16"))


def test_the_account_column_may_be_missing():
    content = save(roles=[role for role in COLUMNS if role != "account"])
    faults(content)
    assert parse(content).rows[0].account == ""


def test_column_unknown():
    (fault,) = faults(save(extra=["My Notes"]), "column_unknown")
    assert (fault.column, fault.value) == ("My Notes", "My Notes")


def test_column_twice():
    content = save(roles=[*COLUMNS, "partner"]).replace(b",Partner\n", b",partner_id\n")
    (fault,) = faults(content, "column_twice")
    assert (fault.column, fault.value) == ("partner", "partner_id")


# === THE ROWS' FAULTS ===


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ROW.replace(b"4.16", b"4,16"), "fields"),
        (ROW.replace(b",1\n", b"\n"), "fields"),
        (b"a\n", "fields"),
        (ROW.replace(b"Acme", b'"Acme'), "quotes"),
        (ROW.replace(b"Acme", b'"Ac"me"'), "quotes"),
        (ROW.replace(b"Acme", b"x" * 200_000), "quotes"),
        (ROW.replace(b"Acme", b"Ac\0me"), "damaged"),
        (ROW.replace(b"Acme", b"Ac\x1bme"), "damaged"),
        (ROW.replace(b"Acme", "Éé".encode() + b"\xff"), "damaged"),
    ],
)
@pytest.mark.parametrize("rows_after", [0, 3, 100])
def test_row_malformed(bad, reason, rows_after):
    parsed = parse(HEADER + ROW + bad + ROW * rows_after)
    (fault,) = parsed.faults
    assert fault == Fault("row_malformed", (3,), params={"reason": reason})
    assert [row.number for row in parsed.rows] == [2, *range(4, 4 + rows_after)]


def test_a_decimal_comma_does_not_slip_under_an_empty_header():
    shifted = ROW.replace(b"4.16,1", b"4,16,1")
    parsed = parse(HEADER[:-1] + b",,\n" + ROW[:-1] + b",,\n" + shifted)
    assert [row.price_unit for row in parsed.rows] == [Decimal("4.16")]
    assert [fault.code for fault in parsed.faults] == ["row_malformed"]


def test_each_reason_is_a_fault():
    content = HEADER + b"a\n" + ROW.replace(b"Acme", b'"Ac"me"') + b"b\n"
    found = faults(content, "row_malformed", "row_malformed")
    assert [fault.rows for fault in found] == [(2, 4), (3,)]


def test_empty_cells_more_or_less_at_the_end_are_no_fault():
    roles = [role for role in COLUMNS if role != "account"]
    content = save({"account": ""}, roles=[*roles, "account"])
    assert content.endswith(b",1,\n")
    shorter, longer = content[:-2] + b"\n", content[:-1] + b",,\n"
    assert parse(shorter).rows == parse(longer).rows == parse(content).rows
    assert parse(shorter).faults == parse(longer).faults == ()


@pytest.mark.parametrize("header", [b'"External ID,Partner', b'"' + b"x" * 200_000])
def test_a_malformed_header(header):
    (fault,) = faults(header + b"\n" + ROW + ROW, "row_malformed")
    assert fault == Fault("row_malformed", (1,), params={"reason": "quotes"})


def test_a_damaged_header():
    content = save().replace(b"Account", b"Acc\0unt")
    damaged, unknown = faults(content, "row_malformed", "column_unknown")
    assert damaged == Fault("row_malformed", (1,), params={"reason": "damaged"})
    assert unknown.value == "Invoice lines / Acc\ufffdunt"
    assert len(parse(content).rows) == 1


@pytest.mark.parametrize("column", ["external_id", "partner", "product"])
def test_texts_that_must_not_be_missing(column):
    content = save({column: ""}, {}, {column: "\xa0"})
    (fault,) = faults(content, f"{column}_missing")
    assert (fault.rows, fault.column, fault.value) == ((2, 4), column, "")
    assert len(parse(content).rows) == 3


def test_label_without_order():
    content = save({"label": "x"}, {}, {"label": "x"}, {"label": ""})
    assert faults(content, "label_without_order", "label_without_order") == (
        Fault("label_without_order", (2, 4), "label", "x"),
        Fault("label_without_order", (5,), "label", ""),
    )
    assert [row.order_number for row in parse(content).rows] == [None, "A1", None, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("free", "not_a_number"),
        ("4,16", "not_a_number"),
        ("1000000000000", "too_large"),
    ],
)
@pytest.mark.parametrize(
    ("column", "code"), [("price_unit", "price"), ("quantity", "quantity")]
)
def test_amount_invalid(column, code, text, reason):
    content = save({column: text}, {}, {}, {}, {column: text})
    (fault,) = faults(content, f"{code}_invalid")
    assert fault == Fault(f"{code}_invalid", (2, 6), column, text, {"reason": reason})
    rows = parse(content).rows
    assert [row.number for row in rows if getattr(row, column) is None] == [2, 6]


@pytest.mark.parametrize("text", ["0", "0.00", "-0"])
def test_quantity_zero(text):
    (fault,) = faults(save({"quantity": text}), "quantity_invalid")
    assert (fault.value, fault.params) == (text, {"reason": "zero"})
    assert parse(save({"quantity": text})).rows[0].quantity is None


def test_price_ambiguous():
    content = save({"price_unit": "1.234"}, {"price_unit": "12"})
    (fault,) = faults(content, "price_invalid")
    assert (fault.rows, fault.params) == ((2,), {"reason": "ambiguous"})
    assert [row.price_unit for row in parse(content).rows] == [None, 12]
    for separator, price in ((".", Decimal("1.234")), (",", Decimal(1234))):
        parsed = parse(content, Dialect(decimal_separator=separator))
        assert parsed.rows[0].price_unit == price
        assert parsed.faults == ()


def test_a_price_with_a_point_in_a_comma_file_is_an_error():
    content = save({"price_unit": "4.16"}, separator=";")
    found = faults(content, "price_invalid", given=Dialect(decimal_separator=","))
    assert found[0].params == {"reason": "not_a_number"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("soon", "not_a_date"), ("13/06/2025", "not_a_date")],
)
def test_date_invalid(text, reason):
    content = save({}, {"invoice_date": text})
    (fault,) = faults(content, "date_invalid", given=Dialect(date_order="mdy"))
    assert fault == Fault(
        "date_invalid", (3,), "invoice_date", text, {"reason": reason}
    )
    assert parse(content, Dialect(date_order="mdy")).rows[1].invoice_date is None


def test_dates_against_the_majority_are_invalid():
    days = ("13/06/2025", "14/06/2025", "06/15/2025", "03/04/2025")
    content = save(*({"invoice_date": day} for day in days))
    (fault,) = faults(content, "date_invalid")
    assert (fault.rows, fault.value) == ((4,), "06/15/2025")
    assert parse(content).rows[3].invoice_date == date(2025, 4, 3)


def test_date_ambiguous():
    days = ("05/05/2025", "03/04/2025", "06/07/2025", "2025-06-13")
    content = save(*({"invoice_date": day} for day in days))
    (fault,) = faults(content, "date_ambiguous")
    assert fault == Fault(
        "date_ambiguous", (3, 4), "invoice_date", "03/04/2025", {"reason": "ambiguous"}
    )
    parsed = parse(content)
    assert [row.invoice_date for row in parsed.rows] == [
        date(2025, 5, 5),
        None,
        None,
        date(2025, 6, 13),
    ]
    for order, day in (("dmy", date(2025, 4, 3)), ("mdy", date(2025, 3, 4))):
        decided = parse(content, replace(parsed.dialect, date_order=order))
        assert decided.rows[1].invoice_date == day
        assert decided.faults == ()


def test_the_same_value_is_one_fault():
    bad = {**LINE, "price_unit": "free"}
    other = {**LINE, "price_unit": "gratis"}
    found = faults(save(bad, other, bad), "price_invalid", "price_invalid")
    assert [fault.rows for fault in found] == [(2, 4), (3,)]
