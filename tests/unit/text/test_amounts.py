"""Prices and quantities, written in every way."""

from decimal import Decimal

import pytest

from tools.text.amounts import amount_or_reason, read_amount


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.16", "4.16"),
        ("12", "12"),
        ("0", "0"),
        (".5", "0.5"),
        ("-4.16", "-4.16"),
        ("−4.16", "-4.16"),
        ("- 4.16", "-4.16"),
        ("+4.16", "4.16"),
        ("(12.50)", "-12.50"),
        ("(€12.50)", "-12.50"),
        ("12.50-", "-12.50"),
        ("12.50 €-", "-12.50"),
        ("12.50- EUR", "-12.50"),
        ("€4.99", "4.99"),
        ("€ -4.99", "-4.99"),
        ("-€4.99", "-4.99"),
        ("4.99 Kč", "4.99"),
        ("CHF 4.99", "4.99"),
        ("US$4.99", "4.99"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1 234.50", "1234.50"),
        ("1\xa0234.50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234’567.50", "1234567.50"),
        ("0012.5", "12.5"),
    ],
)
def test_amount_with_a_decimal_point(text, number):
    assert read_amount(text, ".") == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4,16", "4.16"),
        ("12", "12"),
        ("1.234,50", "1234.50"),
        ("1.234", "1234"),
        ("1 234 567,5", "1234567.5"),
        ("(1.234,50 €)", "-1234.50"),
    ],
)
def test_amount_with_a_decimal_comma(text, number):
    assert read_amount(text, ",") == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "€",
        "-",
        "NaN",
        "Infinity",
        "1e5",
        "1E5",
        "1_000",
        "0x10",
        "٤",
        "４",
        "4,16",
        "0,416",
        "1,23,456",
        "1234,567",
        "1,234 567",
        "1.234,50",
        "4.1.6",
        "4.",
        "--4",
        "-4-",
        "(-4)",
        "(4",
        "4)",
        "4 km",
        "4€5",
        "4=",
        "1;2",
    ],
)
def test_no_amount_with_a_decimal_point(text):
    assert read_amount(text, ".") is None


@pytest.mark.parametrize("text", ["4.16", "0.416", "1,234.50", "1.23.456", "1,2,3"])
def test_a_point_in_a_comma_file_is_never_dropped(text):
    assert read_amount(text, ",") is None


@pytest.mark.parametrize(
    ("text", "separator", "reason"),
    [
        ("", ".", "empty"),
        ("abc", ".", "not_a_number"),
        ("4,16", ".", "not_a_number"),
        ("1000000000000", ".", "too_large"),
        ("-1000000000000", ".", "too_large"),
        ("9" * 5000, ".", "too_large"),
        ("-" + "9" * 1_000_001, ".", "too_large"),
        ("1.234", None, "ambiguous"),
        ("1,234", None, "ambiguous"),
        ("abc", None, "not_a_number"),
    ],
)
def test_why_there_is_no_amount(text, separator, reason):
    assert amount_or_reason(text, separator) == (None, reason)


@pytest.mark.parametrize("text", ["12", "1 234", "4.16", "4,16", "1.234,5"])
def test_what_reads_one_way_only_needs_no_separator(text):
    assert amount_or_reason(text, None)[1] == ""


def test_the_largest_amount():
    assert amount_or_reason("999999999999.99", ".") == (Decimal("999999999999.99"), "")


def test_a_refund_of_nothing_is_zero():
    assert str(read_amount("-0", ".")) == "0"


def test_long_garbage_is_refused_at_once():
    """A pattern that tries every split of the spaces would never end here."""
    assert read_amount("-" + " " * 50_000 + "x", ".") is None
    assert read_amount("1 " * 50_000 + "x", ".") is None
