"""The entries of a CAMT statement: one line each, or one for each of a batch."""

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from ..text.amounts import LIMIT
from .errors import BankFileError
from .statement import BankLine, plain

_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,5})?")
_DAY = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?:[T Z+-].*)?", re.DOTALL)
# What is only announced may never come.
_BOOKED = ("BOOK", "")
_NOT_PROVIDED = ("NOTPROVIDED", "NOT PROVIDED", "NONREF")


def read_entry(
    entry: etree._Element, row: int, account: str, currency: str
) -> list[BankLine]:
    """Return the lines of an entry, none if it is not booked.

    :raise BankFileError: nobody could tell its day or its amount
    """
    status = entry.findtext("Sts/Cd") or entry.findtext("Sts") or ""
    if status.strip().upper() not in _BOOKED:
        return []
    reader = _Entry(entry, row, account, currency)
    return reader.lines()


def amount_of(element: etree._Element, row: int, direction: str = "") -> Decimal:
    """Return an amount, below zero if it is a debit.

    :param direction: of what it belongs to, where it has none of its own
    """
    text = (element.findtext("Amt") or "").strip()
    direction = (element.findtext("CdtDbtInd") or direction).strip()
    if not _AMOUNT.fullmatch(text) or Decimal(text) >= LIMIT:
        raise BankFileError("amount_unreadable", row=row, value=text[:50])
    if direction not in ("CRDT", "DBIT"):
        raise BankFileError("direction_unknown", row=row, value=direction[:50])
    return -Decimal(text) if direction == "DBIT" else Decimal(text)


def day_of(element: etree._Element | None, row: int) -> date | None:
    """Return a day, None if there is none.

    :raise BankFileError: there is something else
    """
    if element is None:
        return None
    text = (element.findtext("Dt") or element.findtext("DtTm") or "").strip()
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match else _no_day(text, row)
    except ValueError:
        return _no_day(text, row)


def _no_day(text: str, row: int) -> None:
    if text:
        raise BankFileError("date_unreadable", row=row, value=text[:50])


class _Entry:
    """An entry of a statement."""

    def __init__(
        self, element: etree._Element, row: int, account: str, currency: str
    ) -> None:
        self._element = element
        self._row = row
        self._account = account
        self._amount = amount_of(element, row)
        self._direction = (element.findtext("CdtDbtInd") or "").strip()
        self._currency = element.find("Amt").get("Ccy") or currency
        self._details = element.findall("NtryDtls/TxDtls")
        day = day_of(element.find("BookgDt"), row) or day_of(element.find("ValDt"), row)
        if day is None:
            raise BankFileError("date_unreadable", row=row, value="")
        self._day = day

    def lines(self) -> list[BankLine]:
        """Return a line for each payment of a batch, if they add up; else one."""
        if len(self._details) > 1:
            amounts = [self._amount_of_detail(detail) for detail in self._details]
            if None not in amounts:
                kept = self._amount - sum(amounts)
                if abs(kept) in (0, self._charges()):
                    return self._split(amounts, kept)
        return [self._line(self._amount, self._details, self._charges())]

    def _split(self, amounts: list[Decimal], kept: Decimal) -> list[BankLine]:
        lines = [
            self._line(amount, [detail])
            for detail, amount in zip(self._details, amounts, strict=True)
        ]
        return [*lines, self._line(kept, [])] if kept else lines

    def _line(
        self,
        amount: Decimal,
        details: list[etree._Element],
        charges: Decimal = Decimal(),
    ) -> BankLine:
        only = details[0] if len(details) == 1 else None
        name, iban = self._other_side(only, amount)
        texts = [text for detail in details for text in _texts(detail)]
        return BankLine(
            date=self._day,
            amount=amount,
            text=plain(*texts, self._element.findtext("AddtlNtryInf")),
            name=name,
            iban=iban,
            reference=_of(only, "RmtInf/Strd/CdtrRefInf/Ref"),
            bank_reference=self._bank_reference(only),
            currency=plain(self._currency),
            charges=charges,
        )

    def _bank_reference(self, detail: etree._Element | None) -> str:
        own = _of(detail, "Refs/AcctSvcrRef")
        entry = plain(self._element.findtext("AcctSvcrRef"))
        if own or len(self._details) < 2 or detail is None:
            return own or entry
        # One reference for all of a batch does not tell its payments apart.
        number = _of(detail, "Refs/TxId") or _of(detail, "Refs/EndToEndId")
        return f"{entry} {number}" if entry and number else ""

    def _other_side(
        self, detail: etree._Element | None, amount: Decimal
    ) -> tuple[str, str]:
        """Return name and account of who paid, or was paid.

        What comes back has the sides of the payment that it takes back.
        """
        is_back = (self._element.findtext("RvslInd") or "").strip() in ("true", "1")
        sides = ["Dbtr", "Cdtr"] if (amount > 0) != is_back else ["Cdtr", "Dbtr"]
        for side in sides:
            name = (
                _of(detail, f"RltdPties/{side}/Nm")
                or _of(detail, f"RltdPties/{side}/Pty/Nm")
                or _of(detail, f"RltdPties/Ultmt{side}/Nm")
                or _of(detail, f"RltdPties/Ultmt{side}/Pty/Nm")
            )
            account = f"RltdPties/{side}Acct/Id"
            iban = _of(detail, f"{account}/IBAN") or _of(detail, f"{account}/Othr/Id")
            if (name or iban) and iban != self._account:
                return name, iban
        return "", ""

    def _amount_of_detail(self, detail: etree._Element) -> Decimal | None:
        """Return the amount of a payment in the account's currency, if it is told."""
        for path in (".", "AmtDtls/TxAmt", "AmtDtls/InstdAmt"):
            found = detail.find(path)
            amount = None if found is None else found.find("Amt")
            if amount is not None and amount.get("Ccy") in (None, self._currency):
                direction = detail.findtext("CdtDbtInd") or self._direction
                return amount_of(found, self._row, direction)
        return None

    def _charges(self) -> Decimal:
        """Return what the bank says that it kept."""
        elements = [self._element, *self._details]
        charges = [
            amount
            for element in elements
            for amount in (
                *element.findall("Chrgs/Rcrd/Amt"),
                *element.findall("Chrgs/Amt"),
            )
        ]
        texts = [
            (amount.text or "").strip()
            for amount in charges
            if amount.get("Ccy") in (None, self._currency)
        ]
        return sum((Decimal(t) for t in texts if _AMOUNT.fullmatch(t)), Decimal())


def _texts(detail: etree._Element) -> list[str]:
    """Return what the payer wrote, and what else may tell what he pays."""
    found = [element.text or "" for element in detail.findall("RmtInf/Ustrd")]
    for path in ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf"):
        found += [e.text or "" for e in detail.findall(f"RmtInf/Strd/{path}")]
    found += [_of(detail, "Refs/EndToEndId"), _of(detail, "AddtlTxInf")]
    return found


def _of(element: etree._Element | None, path: str) -> str:
    """Return a text, "" if there is none or the bank says that there is none."""
    text = "" if element is None else plain(element.findtext(path))
    return "" if text.upper() in _NOT_PROVIDED else text
