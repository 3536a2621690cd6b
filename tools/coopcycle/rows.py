"""Cells to invoice lines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial

from ..text.amounts import amount_or_reason, currency_in
from ..text.dates import date_or_reason
from ..text.dialect import Dialect
from ..text.encoding import is_garbled
from .columns import COLUMNS
from .faults import Faults
from .label import store_hash

_NO_TEXTS = dict.fromkeys(COLUMNS, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One delivered order, with the columns of its invoice.

    Texts are stripped and "" where the file has nothing; None is what is missing or
    invalid.

    :param number: row as a spreadsheet counts it; the header is 1
    :param external_id: rows with the same one are one invoice
    :param price_unit: without tax, in the export's only currency
    :param currency: the sign or code that stands with the price, "" for none
    :param order_number: tells the order in every export, unlike the external id
    :param store_hash: tells the store in every export
    """

    number: int
    external_id: str
    invoice_date: date | None
    partner: str
    account: str
    product: str
    label: str
    price_unit: Decimal | None
    quantity: Decimal | None
    order_number: str | None
    store_hash: str | None
    currency: str = ""


class RowReader:
    """Reads rows of one file, and notes what is wrong in them."""

    def __init__(
        self,
        dialect: Dialect,
        columns: dict[str, int],
        faults: Faults,
        read_order: Callable[[str], str | None],
    ) -> None:
        """Prepare to read.

        :param columns: role → index of the column
        :param faults: where to note what is wrong
        :param read_order: returns the order's number in a label
        """
        self._read_order = read_order
        self._columns = columns
        self._faults = faults
        # A file repeats few dates and amounts in many rows.
        self._read_date = cache(partial(date_or_reason, order=dialect.date_order))
        self._read_amount = cache(
            partial(amount_or_reason, decimal_separator=dialect.decimal_separator)
        )

    def read_row(self, number: int, cells: list[str]) -> Row:
        """Return the row that the cells say."""
        texts = _NO_TEXTS | {
            role: cells[index] for role, index in self._columns.items()
        }
        return Row(
            number=number,
            external_id=self._required(number, "external_id", texts),
            invoice_date=self._date(number, texts["invoice_date"]),
            partner=self._required(number, "partner", texts),
            account=texts["account"],
            product=self._required(number, "product", texts),
            label=texts["label"],
            price_unit=self._price(number, texts["price_unit"]),
            quantity=self._quantity(number, texts["quantity"]),
            order_number=self._order_number(number, texts["label"]),
            store_hash=store_hash(texts["external_id"]),
            currency=currency_in(texts["price_unit"]),
        )

    def _required(self, number: int, role: str, texts: dict[str, str]) -> str:
        if not texts[role]:
            self._note(f"{role}_missing", number, role)
        return texts[role]

    def _date(self, number: int, text: str) -> date | None:
        value, reason = self._read_date(text)
        if reason == "ambiguous":
            self._note("date_ambiguous", number, "invoice_date", text, reason=reason)
        elif reason:
            self._note("date_invalid", number, "invoice_date", text, reason=reason)
        return value

    def _price(self, number: int, text: str) -> Decimal | None:
        value, reason = self._read_amount(text)
        if reason:
            self._note("price_invalid", number, "price_unit", text, reason=reason)
        return value

    def _quantity(self, number: int, text: str) -> Decimal | None:
        value, reason = self._read_amount(text)
        if value == 0:
            value, reason = None, "zero"
        if reason:
            self._note("quantity_invalid", number, "quantity", text, reason=reason)
        return value

    def _order_number(self, number: int, label: str) -> str | None:
        if is_garbled(label):
            self._note("label_garbled", number, "label", label)
        order = self._read_order(label)
        if order is None:
            self._note("label_without_order", number, "label", label)
        return order

    def _note(
        self, code: str, number: int, role: str, value: str = "", **params: str
    ) -> None:
        # A column that the file lacks is one fault, not one a row.
        if role in self._columns:
            self._faults.add(code, number, role, value, **params)
