from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property


@dataclass
class LinePlan:
    """One row of the file as an invoice line; amounts are without tax."""

    row: object
    amount: Decimal
    product_id: int | None = None
    account_id: int | bool | None = None


@dataclass
class InvoicePlan:
    """The rows of one External ID as the invoice that Odoo shall have.

    `partner_id` is None for a customer that will be created. `amount` is without tax,
    in the company's currency; a negative one makes a credit note.
    """

    external_id: str
    partner: str
    store_hash: str | None
    date: date | None
    lines: list[LinePlan] = field(default_factory=list)
    partner_id: int | None = None
    move: object = None  # the draft that will be made like the file

    @cached_property
    def amount(self):
        """The sum of the lines, once no line is left out any more."""
        return sum((line.amount for line in self.lines), Decimal())

    @property
    def sign(self):
        """-1 where the invoice becomes a credit note."""
        return -1 if self.amount < 0 else 1

    @property
    def rows(self):
        return [line.row.number for line in self.lines]
