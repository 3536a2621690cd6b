"""What a timeline is made of."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

# What comes first of what happened in the same second
ORDERED, DELIVERED, DECIDED, INVOICED, SENT, REMINDED, PAID, EXCHANGED = range(8)


@dataclass
class Story:
    """The documents whose timeline somebody looks at, elevated.

    :param record: the one whose form is open
    :param orders: `sale.order`
    :param invoices: `account.move`: customers' invoices and credit notes
    :param pickings: `stock.picking`
    """

    record: Any
    orders: Any
    invoices: Any
    pickings: Any

    @property
    def is_of_invoice(self):
        """Say whether it is about an invoice, and not about all of its orders."""
        return self.record._name == "account.move"


@dataclass
class Entry:
    """One thing that happened.

    :param datetime at: when (UTC)
    :param int place: its kind, as above
    :param str what: in the user's language
    :param record: the document that it is about; who may not read that does not see it
    :param str who: the name of the person or program, if it is known
    :param str note: more words; from outside they may come, and are text
    :param date day: in place of the moment, where no more than the day is known
    """

    at: datetime
    place: int
    what: str
    record: Any = field(repr=False)
    who: str = ""
    note: str = ""
    day: date | None = None
