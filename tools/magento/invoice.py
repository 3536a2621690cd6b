"""Magento's invoice, read into a frozen dataclass."""

from dataclasses import dataclass

from .sales_document import MoneyDocument, money, read_safely

OPEN, PAID, CANCELED = "1", "2", "3"


@dataclass(frozen=True)
class Invoice(MoneyDocument):
    """One invoice."""

    @property
    def is_paid(self) -> bool:
        """Say whether the shop has the money."""
        return self.state == PAID

    @property
    def is_empty(self) -> bool:
        """Say whether it bills nothing, as payment extensions make some."""
        return not self.grand_total and not any(item.quantity for item in self.items)

    @property
    def is_canceled(self) -> bool:
        """Say whether it does not count any more."""
        return self.state == CANCELED


def read_invoice(raw: dict) -> Invoice:
    """Read one invoice.

    :param raw: the decoded JSON of an invoice
    :raise MalformedOrderError: something that every one has is missing or unreadable
    """
    return read_safely(lambda each: Invoice(**money(each)), raw)
