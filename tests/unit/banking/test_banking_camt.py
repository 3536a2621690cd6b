"""CAMT.053 in the versions of its schema (issue: import of bank files)."""

from datetime import date
from decimal import Decimal

import pytest
from bank_files import ACCOUNT, PAYER, camt, detail, entry, statement

from tools.banking.errors import BankFileError
from tools.banking.reader import read

VERSIONS = (2, 8)


def lines(*entries, version=2):
    [found] = read(camt(statement(*entries), version=version))
    return found.lines


@pytest.mark.parametrize("version", [2, 4, 6, 8, 12])
def test_a_line_of_each_version(version):
    own = {"version": 8 if version >= 8 else 2}
    details = detail(reference="RF18539007547034", **own)
    content = camt(
        statement(entry(details=details, reference="B1", **own)), version=version
    )
    [found] = read(content)
    assert (found.account, found.currency) == (ACCOUNT, "EUR")
    assert (found.number, found.date) == ("2026-10-05", date(2026, 10, 5))
    assert (found.opening, found.closing, found.gap) == (1000, 1120, 0)
    [line] = found.lines
    assert (line.date, line.amount) == (date(2026, 10, 5), Decimal("120.00"))
    assert (line.name, line.iban) == ("Boulangerie Noël", PAYER)
    assert (line.reference, line.bank_reference) == ("RF18539007547034", "B1")
    assert line.text == "INV/2026/00031 RF18539007547034"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_is_a_line_for_each_payment(version):
    own = {"version": version}
    details = detail("one", "A", "70.00", **own) + detail("two", "B", "50.00", **own)
    found = lines(entry(details=details, reference="B1", **own), version=version)
    assert [(line.name, line.text, line.amount) for line in found] == [
        ("A", "one", 70),
        ("B", "two", 50),
    ]
    assert len({line.identity for line in found}) == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_charges_of_a_batch_are_a_line(version):
    own = {"version": version}
    details = detail(amount="70.00", **own) + detail(amount="50.50", **own)
    amount = '<Amt Ccy="EUR">0.50</Amt>'
    kept = amount if version < 8 else f"<Rcrd>{amount}</Rcrd>"
    charges = f"<Chrgs>{kept}</Chrgs>"
    found = lines(entry(details=details, more=charges, **own), version=version)
    assert [line.amount for line in found] == [70, Decimal("50.50"), Decimal("-0.50")]


def test_charges_of_one_payment_are_told():
    charges = '<Chrgs><Amt Ccy="EUR">2.50</Amt></Chrgs>'
    [line] = lines(entry(details=detail(), more=charges))
    assert (line.amount, line.charges) == (120, Decimal("2.50"))


def test_a_batch_that_does_not_add_up_is_one_line_with_all_texts():
    details = detail("one", amount="70.00") + detail("two", amount="49.00")
    [line] = lines(entry(details=details))
    assert (line.amount, line.text, line.name) == (120, "one two", "")
    [line] = lines(entry(details=detail("one") + detail("two", amount="120.00")))
    assert line.amount == 120


def test_what_goes_out_names_who_was_paid():
    details = detail("Rent", "SCI des Lilas", side="Cdtr")
    [line] = lines(entry(way="DBIT", details=details))
    assert (line.amount, line.name) == (-120, "SCI des Lilas")


def test_what_comes_back_has_the_sides_of_what_it_takes_back():
    back = "<RvslInd>true</RvslInd>"
    details = detail("Returned", "SCI des Lilas", side="Cdtr")
    [line] = lines(entry(way="CRDT", more=back, details=details))
    assert (line.amount, line.name) == (120, "SCI des Lilas")


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_only_announced_is_left_out(version):
    own = {"version": version}
    entries = [entry(status=each, **own) for each in ("PDNG", "INFO", "BOOK")]
    assert len(lines(*entries, version=version)) == 1


def test_several_accounts_in_one_file():
    other = statement(entry("5.00"), account="DE89370400440532013000", opening="")
    first, second = read(camt(statement(entry()), other))
    assert (first.account, second.account) == (ACCOUNT, "DE89370400440532013000")
    assert second.gap is None


def test_days_and_names_in_other_places():
    odd = entry(details="<TxDtls/>").replace(
        "<BookgDt><Dt>2026-10-05</Dt></BookgDt>",
        "<ValDt><DtTm>2026-10-05T10:11:12.000+02:00</DtTm></ValDt>",
    )
    ultimate = (
        detail(name="")
        .replace("<Nm></Nm>", "")
        .replace("<RltdPties>", "<RltdPties><UltmtDbtr><Nm>Claire</Nm></UltmtDbtr>")
    )
    first, second = lines(odd, entry(details=ultimate))
    assert first.date == date(2026, 10, 5)
    assert second.name == "Claire"


def test_a_gap_between_the_balances_is_told():
    [found] = read(camt(statement(entry("119.00"))))
    assert found.gap == 1
    [found] = read(camt(statement(entry("20.00"), opening="-10.00", closing="10.00")))
    assert found.gap == 0


def test_prefixes_and_encodings_make_no_difference():
    content = camt(statement(entry(details=detail()))).decode()
    prefixed = content.replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:c=")
    latin = content.replace("UTF-8", "ISO-8859-1").encode("iso-8859-1")
    wide = content.replace("UTF-8", "UTF-16").encode("utf-16")
    for each in (prefixed.encode(), latin, wide, b"\xef\xbb\xbf" + content.encode()):
        [found] = read(each)
        assert found.lines[0].name == "Boulangerie Noël"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (entry("12,00"), "amount_unreadable"),
        (entry("-12.00"), "amount_unreadable"),
        (entry("1e5"), "amount_unreadable"),
        (entry("9" * 13), "amount_unreadable"),
        (entry(""), "amount_unreadable"),
        (entry("١٢"), "amount_unreadable"),
        (entry(way="UP"), "direction_unknown"),
        (entry(day="2026-02-31"), "date_unreadable"),
        (entry(day="05.10.2026"), "date_unreadable"),
        (entry(day=""), "date_unreadable"),
    ],
)
def test_an_entry_that_nobody_can_read_stops_the_file(wrong, code):
    with pytest.raises(BankFileError) as caught:
        read(camt(statement(entry(), wrong)))
    assert (caught.value.code, caught.value.data["row"]) == (code, 2)


def test_both_sides_of_what_comes_back():
    us = "<Dbtr><Nm>Us</Nm></Dbtr>"
    details = detail("Returned", "SCI des Lilas", side="Cdtr")
    details = details.replace("<RltdPties>", f"<RltdPties>{us}")
    back = "<RvslInd>true</RvslInd>"
    [line] = lines(entry(way="CRDT", more=back, details=details))
    assert line.name == "SCI des Lilas"
    [line] = lines(entry(way="DBIT", details=details))
    assert line.name == "SCI des Lilas"


def test_pages_with_different_balances_have_none():
    content = camt(statement(entry())).decode()
    balance = content[content.index("<Bal>") : content.index("</Bal>") + 6]
    other = balance.replace("1000.00", "900.00")
    [found] = read(content.replace(balance, balance + other, 1).encode())
    assert (found.opening, found.gap) == (None, None)
    [found] = read(content.replace(balance, balance + balance, 1).encode())
    assert found.opening == 1000


def test_what_is_written_twice_is_read_once():
    details = detail("RF18539007547034", reference="RF18539007547034")
    [line] = lines(entry(details=details))
    assert line.text == "RF18539007547034"
