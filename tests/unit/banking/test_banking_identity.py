"""The same line never has two identities, and two lines never one (4.94)."""

import pytest
from bank_files import camt, detail, entry, statement

from tools.banking.columns import Columns
from tools.banking.reader import read

HEADER = "Date;Amount;Description\n"
COFFEE = "2026-10-05;-2.50;Coffee\n"
BREAD = "2026-10-05;-3.20;Bread\n"
LATER = "2026-10-06;-2.50;Coffee\n"


def of_csv(*rows):
    [found] = read((HEADER + "".join(rows)).encode(), Columns())
    return [line.identity for line in found.lines]


def of_camt(*entries):
    return [
        line.identity for each in read(camt(statement(*entries))) for line in each.lines
    ]


def test_files_that_overlap_have_the_same_identities():
    first, second = of_csv(COFFEE, BREAD, LATER), of_csv(LATER, BREAD, COFFEE)
    assert set(first) == set(second)
    assert set(of_csv(LATER)) < set(first)


def test_equal_lines_of_one_day_are_told_apart():
    two, three = of_csv(COFFEE, COFFEE), of_csv(COFFEE, BREAD, COFFEE, COFFEE)
    assert len(set(two)) == 2
    assert set(two) < set(three)


@pytest.mark.parametrize(
    "other", ["2026-10-05;-2.51;Coffee\n", "2026-10-05;-2.50;Coffin\n", LATER]
)
def test_day_amount_and_words_tell_lines(other):
    assert of_csv(COFFEE) != of_csv(other)


def test_spaces_and_case_make_no_difference():
    assert of_csv(COFFEE) == of_csv("2026-10-05;-2,5;COFFEE \n2026-10-07;1,10;x\n")[:1]


def test_the_banks_reference_tells_where_there_is_one():
    one = entry(details=detail("one"), reference="B1")
    assert of_camt(one) == of_camt(entry(details=detail("other words"), reference="B1"))
    assert of_camt(one) != of_camt(entry(details=detail("one"), reference="B2"))


@pytest.mark.parametrize("reference", ["NONREF", "NOTPROVIDED", "0000", "-"])
def test_a_reference_that_is_none_tells_nothing(reference):
    one = entry(details=detail("one"), reference=reference)
    other = entry(details=detail("other"), reference=reference)
    assert of_camt(one, other) == of_camt(other, one)[::-1]
    assert of_camt(one) != of_camt(other)


def test_payments_of_a_batch_are_told_apart_in_any_order():
    one, two = detail("one", amount="60.00"), detail("two", amount="60.00")
    first = of_camt(entry(details=one + two, reference="B1"))
    second = of_camt(entry(details=two + one, reference="B1"))
    assert len(set(first)) == 2
    assert first == second[::-1]


def test_accounts_are_apart():
    other = camt(statement(entry(), account="DE89370400440532013000"))
    assert of_camt(entry()) != [line.identity for line in read(other)[0].lines]
