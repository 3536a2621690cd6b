"""CAMT.053, the ISO 20022 statement of a bank, whichever version of its schema."""

from decimal import Decimal

from lxml import etree

from .entries import amount_of, day_of, read_entry
from .errors import BankFileError
from .identity import identify
from .statement import Statement, plain
from .xml import parse

# Of a balance before the first line, and of one after the last; the better one first
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)


def read(content: bytes) -> list[Statement]:
    """Return the statements of a file.

    :raise BankFileError: it is none, or one of its entries cannot be read
    """
    root = parse(content)
    found = list(root.iter("Stmt"))
    if root.find("BkToCstmrStmt") is None or not found:
        name = root[0].tag if root.tag == "Document" and len(root) else root.tag
        raise BankFileError("not_a_statement", name=str(name)[:100])
    return [_read_statement(element) for element in found]


def _read_statement(element: etree._Element) -> Statement:
    account = plain(
        element.findtext("Acct/Id/IBAN") or element.findtext("Acct/Id/Othr/Id")
    )
    if not account:
        raise BankFileError("account_missing")
    currency = plain(element.findtext("Acct/Ccy") or _currency_of_balances(element))
    lines = []
    for row, entry in enumerate(element.findall("Ntry"), start=1):
        lines += read_entry(entry, row, account, currency)
    return Statement(
        account=account,
        currency=currency or (lines[0].currency if lines else ""),
        lines=identify(account, lines),
        number=plain(element.findtext("Id")),
        date=_closing_day(element) or max((line.date for line in lines), default=None),
        opening=_balance(element, _OPENING),
        closing=_balance(element, _CLOSING),
    )


def _balances(element: etree._Element, codes: tuple[str, ...]) -> list[etree._Element]:
    by_code = {
        code: [b for b in element.findall("Bal") if b.findtext(".//Cd") == code]
        for code in codes
    }
    return next(filter(None, by_code.values()), [])


def _balance(element: etree._Element, codes: tuple[str, ...]) -> Decimal | None:
    """Return the only balance of a kind. Pages of a statement may repeat one."""
    values = {amount_of(balance, 0) for balance in _balances(element, codes)}
    return values.pop() if len(values) == 1 else None


def _closing_day(element: etree._Element):
    days = [day_of(b.find("Dt"), 0) for b in _balances(element, _CLOSING)]
    return max(filter(None, days), default=None)


def _currency_of_balances(element: etree._Element) -> str | None:
    amount = element.find("Bal/Amt")
    return None if amount is None else amount.get("Ccy")
