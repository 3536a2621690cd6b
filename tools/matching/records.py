"""What matching is told, and what it answers.

An id is whatever the caller uses. Amounts are whole numbers of the currency's smallest
unit: what a customer owes or pays is above zero, what he gets back is below.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

CONFIDENCES = ("certain", "likely", "weak")
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """What is open: an instalment of an invoice, a credit note, a registered payment.

    :param amount: what is left of it
    :param numbers: of the document itself
    :param reference: what the customer was asked to write
    :param orders: other numbers that people may write: orders, shop, customer's own
    :param discounted: what settles it until `discount_until`; None without a discount
    :param provider: the payment provider who has the money, if one has
    """

    id: Hashable
    customer: Hashable
    currency: Hashable
    amount: int
    date: date
    due: date
    numbers: tuple[str, ...] = ()
    reference: str = ""
    orders: tuple[str, ...] = ()
    discounted: int | None = None
    discount_until: date | None = None
    provider: Hashable = None


@dataclass(frozen=True, slots=True)
class Payer:
    """A customer, or a payment provider, by what banks tell of him."""

    id: Hashable
    name: str = ""
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bank statement.

    :param text: all that it says
    :param name: who is on the other side, as the bank writes it
    :param reference: a structured reference, where the bank tells it apart
    :param customer: who pays, where that is known already
    """

    id: Hashable
    currency: Hashable
    amount: int
    date: date
    text: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""
    customer: Hashable = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, or why not: a code, with what the words for it need."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of an item is settled."""

    item: Hashable
    amount: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a line may pay.

    :param kind: how the amount is explained: see `amounts.py` and `sums.py`
    :param difference: the line's amount less what is settled: above zero what is paid
        too much, below what is missing (discount, charges, a provider's fee)
    """

    parts: tuple[Part, ...]
    kind: str
    difference: int
    score: int
    confidence: str
    reasons: tuple[Reason, ...]

    @property
    def is_certain(self) -> bool:
        """Say whether nothing else can be meant."""
        return self.confidence == "certain"
