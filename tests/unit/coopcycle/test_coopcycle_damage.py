"""Whatever happened to a file: rows or faults, and no price that nobody wrote."""

import csv
import io
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from coopcycle_files import LANGUAGES, Saved, sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.coopcycle.columns import COLUMNS
from tools.coopcycle.parser import parse
from tools.text.dialect import (
    DATE_ORDERS,
    DECIMAL_SEPARATORS,
    ENCODINGS,
    SEPARATORS,
    UNDECIDED,
    Dialect,
)

settings.register_profile(
    "unit", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unit")

ORIGINALS = {name: parse(sample(name)).rows for name in LANGUAGES}
INVALID = {
    "invoice_date": {"date_invalid", "date_ambiguous"},
    "price_unit": {"price_invalid"},
    "quantity": {"quantity_invalid"},
    "order_number": {"label_without_order"},
}

languages = st.sampled_from(LANGUAGES)
dialects = st.builds(
    Dialect,
    st.none() | st.sampled_from(ENCODINGS),
    st.none() | st.sampled_from(SEPARATORS),
    st.none() | st.sampled_from(DECIMAL_SEPARATORS),
    st.none() | st.sampled_from(DATE_ORDERS),
)
# Bytes that mean something to some step of the parser.
special_bytes = st.sampled_from(
    [b'"', b",", b";", b"\n", b"\r", b"\0", b"=", b"(", b"\xe9"]
)
pieces = st.binary(max_size=3) | special_bytes


def check(content, known=UNDECIDED):
    """Parse, and check what holds for every file."""
    parsed = parse(content, known)
    numbers = [row.number for row in parsed.rows]
    assert parsed.rows or parsed.faults
    assert numbers == sorted(set(numbers))
    missing = {each.column for each in parsed.faults if each.code == "column_missing"}
    for column, codes in INVALID.items():
        noted = {
            number
            for fault in parsed.faults
            for number in fault.rows
            if fault.code in codes
        }
        empty = {row.number for row in parsed.rows if getattr(row, column) is None}
        role = "label" if column == "order_number" else column
        assert noted == (set() if role in missing else empty)
    return parsed


def unnumbered(rows):
    return [replace(row, number=0) for row in rows]


@given(st.binary(max_size=400), dialects)
def test_any_bytes(content, known):
    check(content, known)


@given(st.text(alphabet=',;"\n\r\t|=/. 01aé\0(#)-', max_size=300), dialects)
def test_any_text_below_the_header(text, known):
    header = ",".join(COLUMNS.values())
    check(f"{header}\n{text}".encode(), known)


@given(languages, st.sampled_from(ENCODINGS), dialects, st.data())
@settings(max_examples=150)
def test_random_edits(language, encoding, known, data):
    content = bytearray(sample(language).decode().encode(encoding, errors="replace"))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 3))
        content[start : start + length] = data.draw(pieces)
    check(bytes(content), known)


@given(languages, st.data())
@settings(max_examples=150)
def test_an_edited_line_does_not_touch_the_others(language, data):
    lines = sample(language).splitlines(keepends=True)
    edited = data.draw(st.integers(1, len(lines) - 1))
    line = bytearray(lines[edited])
    start = data.draw(st.integers(0, len(line) - 1))
    line[start : start + data.draw(st.integers(0, 3))] = data.draw(pieces)
    # Without its line end the next line would be the edited one too.
    lines[edited] = bytes(line).rstrip(b"\n") + b"\n"
    rows = unnumbered(check(b"".join(lines)).rows)
    untouched = [*ORIGINALS[language][: edited - 1], *ORIGINALS[language][edited:]]
    assert all(row in rows for row in unnumbered(untouched))


@given(languages, st.data())
def test_a_truncated_file_keeps_its_complete_lines(language, data):
    content = sample(language)
    header = content.index(b"\n") + 1
    content = content[: data.draw(st.integers(header, len(content)))]
    rows = check(content).rows
    complete = content.count(b"\n") - 1
    assert rows[:complete] == ORIGINALS[language][:complete]
    assert len(rows) <= complete + 1


@given(languages, st.sets(st.integers(0, 35), max_size=35))
def test_dropped_lines(language, dropped):
    header, *lines = sample(language).splitlines(keepends=True)
    kept = [index for index in range(36) if index not in dropped]
    parsed = check(header + b"".join(lines[index] for index in kept))
    expected = [ORIGINALS[language][index] for index in kept]
    assert unnumbered(parsed.rows) == unnumbered(expected)
    assert parsed.faults == ()


@given(languages, st.permutations(range(8)))
def test_shuffled_columns(language, order):
    text = io.StringIO()
    writer = csv.writer(text)
    for cells in csv.reader(io.StringIO(sample(language).decode())):
        writer.writerow([cells[index] for index in order])
    assert check(text.getvalue().encode()).rows == ORIGINALS[language]


# === ANY DIALECT ===

PRODUCTS = {
    "cs": ("Doručení na vyžádání", "áéíóúýěščřžďťňů"),
    "fr": ("Livraison à la demande", "éèêëàâçîïôùû"),
}
# Eight-bit encodings are told apart by CoopCycle's own words.
SPOKEN_IN = {"cp1250": "cs", "iso-8859-2": "cs"}
WRITTEN = {
    "ymd": ["%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d 00:00:00"],
    "dmy": ["%d/%m/%Y", "%d.%m.%y", "%d. %m. %Y", "%d-%m-%Y 00:00"],
    "mdy": ["%m/%d/%Y", "%m-%d-%y"],
}


@st.composite
def saved_files(draw):
    """Draw invoice lines, the way to save them and the dialect that this is."""
    encoding = draw(st.sampled_from([name for name in ENCODINGS if "15" not in name]))
    decimal_separator = draw(st.sampled_from(DECIMAL_SEPARATORS))
    date_order = draw(st.sampled_from(DATE_ORDERS))
    pattern = draw(st.sampled_from(WRITTEN[date_order]))
    saved = Saved(
        encoding=encoding,
        separator=draw(st.sampled_from(SEPARATORS)),
        decimal_separator=decimal_separator,
        write_date=lambda day: day.strftime(pattern),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        # QUOTE_MINIMAL forgets line breaks that are not the file's own.
        quoting=csv.QUOTE_ALL,
        roles=draw(st.permutations(list(COLUMNS))),
        extra=draw(st.sampled_from([(), ("Notes",), ("Notes", "Total; net")])),
    )
    product, accents = PRODUCTS[SPOKEN_IN.get(encoding, "fr")]
    texts = st.text(alphabet="abC ,;|\t\"'\n(#)-1" + accents, max_size=20)
    lines = draw(st.lists(invoice_lines(texts, product), max_size=5))
    # This one decides what a few amounts and dates may leave open.
    day, price = date(2025, 6, 13), Decimal("4.16")
    decisive = {**draw(invoice_lines(texts, product)), "invoice_date": day}
    lines.append({**decisive, "price_unit": price, "quantity": Decimal(1)})
    expected = Dialect(encoding, saved.separator, decimal_separator, date_order)
    return lines, saved, expected


def invoice_lines(texts, product):
    amounts = st.decimals(-9999, 9999, places=2)
    return st.fixed_dictionaries(
        {
            "external_id": texts.map(lambda text: f"x{text}-6b86b27"),
            "invoice_date": st.dates(date(2020, 1, 1), date(2030, 12, 31)),
            "partner": texts.map(lambda text: f"x{text}".strip()),
            "account": st.sampled_from(["", "706000"]),
            "product": st.just(product),
            "label": texts.map(lambda text: f"{product} {text} (Order #A1)"),
            "price_unit": amounts,
            "quantity": amounts.filter(bool),
        }
    )


@given(saved_files())
@settings(max_examples=300)
def test_any_dialect_gives_the_same_rows(case):
    lines, saved, expected = case
    parsed = check(saved.save(lines))
    assert parsed.dialect == expected
    assert {fault.code for fault in parsed.faults} <= {"column_unknown"}
    assert [
        {role: getattr(row, role) for role in COLUMNS} for row in parsed.rows
    ] == lines


# === TIME ===

LINES = 20_000


@pytest.mark.parametrize(
    "content",
    [
        b'x","\n' * LINES,
        b'"\n' * LINES,
        b'a,"b\n' * LINES,
        b"(" * 100_000 + b"\n" + b"(" * 100_000,
        b"\n" * LINES,
        b"," * LINES + b"\n" + b",1" * LINES,
    ],
    ids=["reopened", "open", "unclosed", "brackets", "blank", "wide"],
)
def test_the_time_grows_with_the_size_only(content):
    """Each of these takes minutes if some step looks back over the whole file."""
    start = time.perf_counter()
    check(content)
    assert time.perf_counter() - start < 5
