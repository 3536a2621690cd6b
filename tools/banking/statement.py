"""What a bank file says."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from ..text.cleaning import clean_text

# What is shown of a text; banks write some hundred characters.
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement of an account. Texts are "" where the bank says nothing.

    :param amount: above zero what came in
    :param name: who is on the other side
    :param iban: his account
    :param reference: a structured reference that the payer wrote
    :param bank_reference: the bank's own, by which it tells its movements apart
    :param charges: what was kept back of the amount, as far as the bank tells
    :param identity: the same in every file that has this line: see `identity.py`
    """

    date: datetime.date
    amount: Decimal
    text: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""
    bank_reference: str = ""
    currency: str = ""
    charges: Decimal = Decimal()
    identity: str = ""


@dataclass(frozen=True)
class Statement:
    """Lines of one account.

    :param account: its number, "" where the file does not tell
    :param opening: the balance before, None where the file does not tell
    :param skipped: rows that are no movements, such as totals, as spreadsheets count
    """

    account: str
    currency: str
    lines: tuple[BankLine, ...]
    number: str = ""
    date: datetime.date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    skipped: tuple[int, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """Return what is missing between both balances; None if nobody can tell."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum(line.amount for line in self.lines)


def plain(*texts: str | None) -> str:
    """Return texts as one, each once, without what nothing can keep."""
    words = [" ".join(clean_text(text).split()) for text in texts if text]
    return " ".join(dict.fromkeys(filter(None, words)))[:_LONGEST]
