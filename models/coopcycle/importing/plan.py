from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property


@dataclass
class LinePlan:
    """One row of the file as an invoice line; amounts are without tax.

    :param row: the parser's `Row`
    :param amount: rounded as the currency is
    :param product_id: None for a product that will be created
    :param account_id: False where Odoo shall take the product's own
    :param price_vals: the line's price and, where it depends on them, its taxes; known
        when the customers and products are
    """

    row: object
    amount: Decimal
    product_id: int | None = None
    account_id: int | bool | None = None
    price_vals: dict = field(default_factory=dict)

    @property
    def key(self):
        """What pairs the row with an invoice's line: the order, else the label."""
        return self.row.order_number or self.row.label


@dataclass
class InvoicePlan:
    """The rows of one External ID as the invoice that Odoo shall have.

    `amount` is without tax, in the company's currency; a negative one makes a credit
    note.

    :param external_id: the invoice's id in the export
    :param partner: the customer's name in the file
    :param store_hash: stands for the store in every export of the instance
    :param partner_id: None for a customer that will be created
    :param journal_id: False where the company has no sales journal
    :param move: the draft of `account.move` that will be made like the file
    """

    external_id: str
    partner: str
    store_hash: str | None
    date: date | None
    lines: list[LinePlan] = field(default_factory=list)
    partner_id: int | None = None
    journal_id: int | bool = False
    move: object = None

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
        """The numbers of the file's rows."""
        return [line.row.number for line in self.lines]
